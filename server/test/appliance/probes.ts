/**
 * Runs the probe of every container of a running appliance in it, and looks whether a secret stands where it must not:
 * in .env, or in what the engine tells of its containers.
 *
 *   node server/test/appliance/probes.ts FOLDER
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { containersOf, folderFromArguments, must, run, settingsOf } from './stack.ts'

const folder = folderFromArguments('probes.ts FOLDER')
const containers = containersOf(settingsOf(folder).COMPOSE_PROJECT_NAME ?? 'innosynth')
const problems: string[] = []

for (const { id, name, probe } of containers) {
  const [kind, ...words] = probe
  const { code, stdout, stderr } =
    kind === 'CMD' ? run('docker', ['exec', id, ...words]) : { code: 1, stdout: '', stderr: 'no probe' }
  process.stdout.write(`${code === 0 ? 'ok  ' : 'FAIL'} ${name}: ${words.join(' ')}\n`)
  if (code !== 0) problems.push(`${name}: its probe ends with ${code}: ${stdout}${stderr}`)
}

const secrets = readdirSync(join(folder, 'secrets'), { recursive: true, encoding: 'utf8' })
  .map((path) => join(folder, 'secrets', path))
  .filter((path) => statSync(path).isFile())
  .flatMap((path) => {
    const value = readFileSync(path, 'utf8').trim()
    const password = /^postgres:\/\/[^:]+:([^@]+)@/.exec(value)?.[1]
    return [value, ...(password ? [password] : [])]
      .filter((one) => one.length >= 12)
      .map((one) => ({ path, value: one }))
  })
const told = [
  ['.env', readFileSync(join(folder, '.env'), 'utf8')],
  ['docker inspect', must('docker', ['inspect', ...containers.map(({ id }) => id)])],
] as const
for (const [where, text] of told)
  for (const { path, value } of secrets) if (text.includes(value)) problems.push(`${path} can be read in ${where}`)
process.stdout.write(`${secrets.length} secrets looked for in .env and docker inspect\n`)

for (const problem of problems) process.stderr.write(`${problem}\n`)
process.exitCode = problems.length > 0 ? 1 : 0
