import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'

const chart = fileURLToPath(new URL('../helm', import.meta.url))
const has = spawnSync('helm', ['version']).status === 0
const render = (...set: string[]) =>
  execFileSync('helm', ['template', 'trial', chart, ...set.flatMap((one) => ['--set', one])], {
    encoding: 'utf8',
    stdio: 'pipe',
  })

type Manifest = {
  kind: string
  spec: { template?: { spec: Pod }; tls?: unknown }
}
type Pod = {
  automountServiceAccountToken: boolean
  securityContext: { runAsNonRoot: boolean; runAsUser: number }
  containers: { image: string; securityContext: Record<string, unknown>; resources: { limits: { memory: string } } }[]
}

test('the chart has the version of the product', () => {
  const { version, appVersion } = parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8')) as Record<string, string>
  const own = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  expect([version, appVersion]).toEqual([own.version, own.version])
})

test.skipIf(!has)('helm renders it, and every pod is a number without rights', () => {
  const all = parseAllDocuments(render()).map((one) => one.toJS() as Manifest | null)
  const kinds = all.flatMap((one) => one?.kind ?? [])
  expect(kinds.toSorted()).toEqual([
    'Deployment',
    'Deployment',
    'Ingress',
    'Job',
    'NetworkPolicy',
    'PodDisruptionBudget',
    'Service',
  ])
  const pods = all.flatMap((one) => one?.spec.template?.spec ?? [])
  expect(pods).toHaveLength(3)
  for (const pod of pods) {
    expect(pod.automountServiceAccountToken).toBe(false)
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true })
    expect(pod.securityContext.runAsUser).toBeGreaterThan(10_000)
    for (const container of pod.containers) {
      expect(container.image).toMatch(/\/app:\d+\.\d+\.\d+$/)
      expect(container.resources.limits.memory).toBeTruthy()
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
    }
  }
})

test.skipIf(!has)('values that cannot be right are refused by the schema', () => {
  for (const wrong of [
    'url=http://plain.example.org',
    'database.port=99999',
    'server.replicas=-1',
    'sercet=typo',
    'image.tag=latest',
  ])
    expect(() => render(wrong), wrong).toThrow(/schema|values/i)
})
