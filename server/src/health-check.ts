/**
 * The probe of our containers: ends with 0 when the address answers with 200 within four seconds.
 *
 *   node health-check.ts http://127.0.0.1:9091/ready
 */
import { get } from 'node:http'

const [address] = process.argv.slice(2)
if (!address) throw new Error('usage: health-check.ts URL')
const request = get(address, { timeout: 4_000, agent: false }, (response) => {
  let said = ''
  response.on('data', (part: Buffer) => (said = (said + part.toString()).slice(0, 1_000)))
  response.on('end', () => {
    process.stdout.write(`${response.statusCode} ${said}\n`)
    process.exitCode = response.statusCode === 200 ? 0 : 1
  })
})
request.on('timeout', () => request.destroy(new Error('no answer in time')))
request.on('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
