/** Figures of this process in Prometheus's text format. Names and numbers, never content. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { System } from './boot.ts'
import { requestFigures } from './http/request-figures.ts'

const delay = monitorEventLoopDelay({ resolution: 20 })
delay.enable()

type Sample = { labels?: Record<string, string>; value: number }

export async function metricsOf(system: System): Promise<string> {
  const readiness = await system.services.readiness()
  const waiting = await system.platform.queue.waiting().catch(() => Number.NaN)
  const memory = process.memoryUsage()
  const metrics: string[] = [
    family('innosynth_ready', 'gauge', 'Whether the process can serve', [{ value: readiness.ready ? 1 : 0 }]),
    family(
      'innosynth_part_up',
      'gauge',
      'Whether a part the process needs answers',
      Object.entries(readiness.parts).map(([part, up]) => ({ labels: { part }, value: up ? 1 : 0 })),
    ),
    family('innosynth_jobs_waiting', 'gauge', 'Jobs that wait or run', [{ value: waiting }]),
    family('innosynth_model_ready', 'gauge', 'Whether search by meaning has its model', [
      { value: system.platform.embedder.state().kind === 'ready' ? 1 : 0 },
    ]),
    family(
      'innosynth_requests_total',
      'counter',
      'Requests answered, by class of status',
      Object.entries(requestFigures.byStatus).map(([status, value]) => ({ labels: { status }, value })),
    ),
    family('innosynth_request_seconds_total', 'counter', 'Time spent on requests', [{ value: requestFigures.seconds }]),
    family('process_resident_memory_bytes', 'gauge', 'Resident memory', [{ value: memory.rss }]),
    family('nodejs_heap_used_bytes', 'gauge', 'Heap in use', [{ value: memory.heapUsed }]),
    family('nodejs_eventloop_delay_p99_seconds', 'gauge', 'How late the event loop runs', [
      { value: delay.percentile(99) / 1e9 },
    ]),
    family('process_start_time_seconds', 'gauge', 'Start of the process', [
      { value: Math.round(Date.now() / 1000 - process.uptime()) },
    ]),
  ]
  delay.reset()
  return metrics.join('')
}

function family(name: string, type: 'gauge' | 'counter', help: string, samples: Sample[]): string {
  const lines = samples.map(({ labels, value }) => {
    const said = Object.entries(labels ?? {}).map(([key, word]) => `${key}="${word}"`)
    return `${name}${said.length > 0 ? `{${said.join(',')}}` : ''} ${value}\n`
  })
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}
