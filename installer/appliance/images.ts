/** The images that the stack names: which are missing, and how a checkout builds them. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { imageIds, rendered } from './containers.ts'
import { type Engine, lastWords } from './engine.ts'
import { type Context, Stop } from './verb.ts'

/** Names as in `innosynth/app:0.1.0`, once each. */
export async function wantedImages(engine: Engine): Promise<string[]> {
  const stack = await rendered(engine)
  return [...new Set(Object.values(stack.services).flatMap(({ image }) => image ?? []))].sort()
}

export async function missingImages(engine: Engine): Promise<string[]> {
  const wanted = await wantedImages(engine)
  const present = await imageIds(engine, wanted)
  return wanted.filter((name) => !present.has(name))
}

/** `innosynth/app:0.1.0` is made from compose/app/Dockerfile. */
export const folderOf = (image: string) =>
  image
    .replace(/:[^:/]*$/, '')
    .split('/')
    .at(-1)!

/** Builds images from the checkout. Gives the names of those that became other images than before. */
export async function buildImages(
  { engine, source, say }: Context,
  names: string[],
  version: string,
): Promise<string[]> {
  const before = await imageIds(engine, names)
  for (const name of names) {
    const dockerfile = join(source, 'compose', folderOf(name), 'Dockerfile')
    if (!existsSync(dockerfile))
      throw new Stop(
        'images',
        `${name} is missing and cannot be built: ${dockerfile} is not there.`,
        'Run --build from a checkout, or load a bundle.',
      )
    say(`Building ${name}`)
    const result = await engine.docker(
      ['build', '--file', dockerfile, '--tag', name, '--build-arg', `VERSION=${version}`, source],
      { env: { DOCKER_BUILDKIT: '1' } },
    )
    if (result.code !== 0) throw new Stop('build', `Building ${name} failed: ${lastWords(result, 6)}`, '', 4)
  }
  const after = await imageIds(engine, names)
  return names.filter((name) => before.get(name) !== after.get(name))
}
