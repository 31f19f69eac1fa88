/**
 * Speed and memory of the product as it is started. Not tests: figures, to be read beside each other from one run.
 *
 *   npm run bench -- [--json FILE] [--only start,found,ingest,pdf,search] [--data DIR] [--models DIR]
 *
 * `--data` is a folder that may hold `office-pack/`; what needs it is left out, with a line that says so, where it is absent.
 */
import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchFound } from './found.ts'
import { benchIngestFolder } from './ingest-folder.ts'
import { benchPdf } from './pdf.ts'
import { startRealServer } from './real-server.ts'

export type Measurement = {
  name: string
  value: number
  unit: string
  n?: number
  baseline?: { name: string; value: number }
  ratio?: number
}

const { values } = parseArgs({
  options: { json: { type: 'string' }, only: { type: 'string' }, data: { type: 'string' }, models: { type: 'string' } },
})
const wanted = (name: string) => !values.only || values.only.split(',').includes(name)

function report(measurements: Measurement[]) {
  for (const measurement of measurements) {
    if (values.json) appendFileSync(values.json, `${JSON.stringify(measurement)}\n`)
    const beside = measurement.baseline
      ? `   (${measurement.baseline.name} ${measurement.baseline.value.toFixed(1)}, ratio ${measurement.ratio?.toFixed(2)})`
      : ''
    process.stdout.write(
      `${measurement.name.padEnd(28)} ${measurement.value.toFixed(1).padStart(10)} ${measurement.unit}${beside}\n`,
    )
  }
}

const pack = values.data ? join(values.data, 'office-pack') : undefined
const havePack = pack !== undefined && existsSync(pack)
if (!havePack) process.stdout.write('no office-pack given (--data DIR): ingest and pdf are left out\n')

if (wanted('start') || wanted('found') || (wanted('ingest') && havePack)) {
  const server = await startRealServer({ models: values.models })
  try {
    if (wanted('start'))
      report([{ name: 'start.first', value: server.startMs, unit: 'ms from command to address, fresh folder' }])
    if (wanted('found')) report(await benchFound(server))
    if (wanted('ingest') && havePack) report(await benchIngestFolder(server, pack))
  } finally {
    await server.stop()
  }
}
if (wanted('pdf') && havePack) report(await benchPdf(pack))
if (wanted('search')) {
  const { benchSearch } = await import('./search.ts')
  report(await benchSearch())
}
