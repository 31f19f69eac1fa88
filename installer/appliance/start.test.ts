import { expect, it } from 'vitest'
import type { Run } from './engine.ts'
import { quietContext } from './quiet-context.ts'
import { startStack } from './start.ts'

/** An engine whose stack is one server, and where Ollama still runs from when a setting asked for it. */
function host() {
  const running = new Map([
    ['server', 'c1'],
    ['ollama', 'c2'],
  ])
  const calls: string[] = []
  const inspected = (service: string, id: string) => ({
    Id: id,
    Name: `/${service}-1`,
    Image: 'sha256:1',
    RestartCount: 0,
    HostConfig: { Memory: 0 },
    Config: {
      Image: 'innosynth/app:1',
      Labels: { 'com.docker.compose.service': service, 'com.docker.compose.config-hash': 'h' },
    },
    State: { Status: 'running', Running: true, ExitCode: 0, OOMKilled: false, StartedAt: 't', Health: null },
  })
  const run: Run = async (_command, args) => {
    const line = args.join(' ')
    calls.push(line)
    const say = (stdout: string) => ({ code: 0, stdout, stderr: '' })
    if (line.includes('config --format json'))
      return say(JSON.stringify({ services: { server: { image: 'innosynth/app:1' } } }))
    if (line.includes('config --hash')) return say('server h\n')
    if (line.startsWith('image inspect')) return say('sha256:1')
    if (line.startsWith('ps')) return say([...running.values()].join('\n'))
    if (line.startsWith('inspect')) return say(JSON.stringify([...running].map(([name, id]) => inspected(name, id))))
    if (args[0] === 'rm') for (const [name, id] of running) if (id === args.at(-1)) running.delete(name)
    return say('')
  }
  const context = quietContext('/x', run)
  return { context, calls, running }
}

it('a service that a setting switched off is stopped and removed, and a second run changes nothing', async () => {
  const { context, calls, running } = host()
  expect(await startStack(context, 'innosynth')).toEqual(['ollama-1 removed'])
  expect([...running.keys()]).toEqual(['server'])
  expect(calls.findIndex((line) => line.startsWith('stop'))).toBeLessThan(calls.indexOf('rm --force c2'))
  expect(await startStack(context, 'innosynth')).toEqual([])
})
