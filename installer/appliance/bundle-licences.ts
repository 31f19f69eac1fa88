/** Licences of what a bundle carries, and the source that a licence asks to be carried with it. */
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Component } from './sbom.ts'
import type { Context } from './verb.ts'

/** Files below `licenses/`: the lists, the licence texts of npm packages, MinIO's source. */
export async function collectLicences(context: Context, making: string, bills: object[], images: readonly string[]) {
  const folder = join(making, 'licenses')
  await mkdir(folder, { recursive: true })
  const components = bills.flatMap((bill) => (bill as { components: Component[] }).components)
  await writeFile(join(folder, 'README.md'), explanation)
  await writeFile(join(folder, 'npm.txt'), await npmTexts(context.source, components))
  if (images.includes('objectstore')) await sourceOfMinio(context, join(folder, 'minio-source.zip'))
}

const explanation = `# Licences

What is in each image, package by package with its version, stands in \`../sbom/\`. Debian packages carry their licences in
\`/usr/share/doc/<package>/copyright\` of the image. \`npm.txt\` holds the texts of the npm packages.

The object store is MinIO, under the GNU Affero General Public License 3.0. It is a program of its own, unchanged; its source
is \`minio-source.zip\`, and the exact versions of the Go modules it was linked with stand in \`../sbom/objectstore.cdx.json\`.
`

async function npmTexts(source: string, components: Component[]): Promise<string> {
  const pieces: string[] = []
  for (const { name, version, purl, licenses } of components) {
    if (!purl.startsWith('pkg:npm/')) continue
    const text = await firstText(join(source, 'node_modules', name))
    pieces.push(`## ${name} ${version} (${licenses?.[0]?.license.name ?? 'see its source'})\n\n${text}`)
  }
  return pieces.join('\n\n')
}

async function firstText(folder: string): Promise<string> {
  for (const name of [
    'LICENSE',
    'LICENSE.md',
    'LICENSE.txt',
    'LICENCE',
    'license',
    'License',
    'COPYING',
    'LICENSE-MIT',
  ]) {
    const file = join(folder, name)
    if ((await stat(file).catch(() => undefined))?.isFile()) return (await readFile(file, 'utf8')).trim()
  }
  return '(the package carries no licence text of its own)'
}

/** The stage that compiled it still has the module as it was fetched; cached, so nothing is built twice. */
async function sourceOfMinio({ run, source, say }: Context, file: string) {
  const stage = 'innosynth-objectstore-source'
  const dockerfile = join(source, 'compose/objectstore/Dockerfile')
  const built = await run('docker', ['build', '--target', 'build', '--file', dockerfile, '--tag', stage, source])
  const found =
    built.code === 0 &&
    (await run('docker', [
      'run',
      '--rm',
      '--network',
      'none',
      stage,
      'sh',
      '-c',
      'ls -d /go/pkg/mod/cache/download/github.com/minio/minio/@v/*.zip',
    ]))
  const path = found && found.code === 0 ? found.stdout.trim().split('\n')[0] : undefined
  if (path) {
    const { stdout } = await run('docker', ['create', '--network', 'none', stage, 'true'])
    const copied = await run('docker', ['cp', `${stdout.trim()}:${path}`, file])
    await run('docker', ['rm', '-f', stdout.trim()])
    if (copied.code === 0) return
  }
  say('The source of MinIO could not be taken from the build: add it to licenses/ before you hand the bundle on.')
}
