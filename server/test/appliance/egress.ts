/**
 * Whether anything leaves. The host counts packets that come from the appliance's networks and go out by an interface that
 * is none of them, while a command runs (a work session); then every container but the proxy tries to get out, by address
 * and by name. A container on an ordinary network does the same and must be counted, so that zero means zero.
 * Needs root, iptables and the engine of this host.
 *
 *   node server/test/appliance/egress.ts FOLDER [COMMAND ...]
 */
import { spawnSync } from 'node:child_process'
import { containersOf, folderFromArguments, must, run, settingsOf } from './stack.ts'

const folder = folderFromArguments('egress.ts FOLDER [COMMAND ...]')
const settings = settingsOf(folder)
const project = settings.COMPOSE_PROJECT_NAME ?? 'innosynth'
const app = `${settings.INNOSYNTH_IMAGES ?? 'innosynth'}/app:${settings.INNOSYNTH_VERSION}`
const chain = 'INNOSYNTH_EGRESS'
const control = `${project}-egress-control`

type Network = { name: string; subnet: string; bridge: string }
function networksOf(filter: string): Network[] {
  const ids = must('docker', ['network', 'ls', '-q', '--filter', filter]).split('\n').filter(Boolean)
  type Inspected = { Name: string; Id: string; IPAM: { Config: { Subnet: string }[] } }
  return (JSON.parse(must('docker', ['network', 'inspect', ...ids])) as Inspected[]).map(({ Name, Id, IPAM }) => ({
    name: Name,
    subnet: IPAM.Config[0]!.Subnet,
    bridge: `br-${Id.slice(0, 12)}`,
  }))
}

const table = (...args: string[]) => must('iptables', ['-w', '-t', 'mangle', ...args])
/** Behind the filter: what is counted here has left. One rule a network; packets between the networks of the host return first. */
function count(networks: Network[]) {
  table('-N', chain)
  for (const { bridge } of networks) table('-A', chain, '-o', bridge, '-j', 'RETURN')
  table('-A', chain, '-o', 'lo', '-j', 'RETURN')
  // Answers to people outside who opened the page are no egress.
  table('-A', chain, '-m', 'conntrack', '--ctstate', 'ESTABLISHED', '--ctdir', 'REPLY', '-j', 'RETURN')
  for (const { subnet, name } of networks)
    table('-A', chain, '-s', subnet, '-m', 'comment', '--comment', name, '-j', 'RETURN')
  table('-I', 'POSTROUTING', '1', '-j', chain)
}
function counted(name: string): number {
  const line = table('-L', chain, '-v', '-n', '-x')
    .split('\n')
    .find((one) => one.includes(`/* ${name} */`))
  return Number(line?.trim().split(/\s+/)[0] ?? Number.NaN)
}
function clean() {
  run('iptables', ['-w', '-t', 'mangle', '-D', 'POSTROUTING', '-j', chain])
  run('iptables', ['-w', '-t', 'mangle', '-F', chain])
  run('iptables', ['-w', '-t', 'mangle', '-X', chain])
  run('docker', ['network', 'rm', control])
}

const attempt = `
const net = require('node:net'), dns = require('node:dns/promises')
const go = (host, port) => new Promise((done) => { const s = net.connect({ host, port, timeout: 2000 }); const end = (word) => { s.destroy(); done(host + ':' + port + ' ' + word) }
  s.on('connect', () => end('REACHED')); s.on('timeout', () => end('timeout')); s.on('error', (e) => end(e.code)) })
const ask = dns.lookup('example.org').then(({ address }) => 'example.org RESOLVED ' + address, (e) => 'example.org ' + e.code)
Promise.all([go('1.1.1.1', 443), go('8.8.8.8', 53), go('169.254.169.254', 80), ask]).then((all) => console.log(all.join(', ')))`

const tryOut = (network: string) =>
  must('docker', [
    'run',
    '--rm',
    '--network',
    network,
    '--cap-drop',
    'ALL',
    '--entrypoint',
    'node',
    app,
    '-e',
    attempt,
  ]).trim()

clean()
must('docker', ['network', 'create', control])
const problems: string[] = []
try {
  const own = networksOf(`label=com.docker.compose.project=${project}`)
  const [plain] = networksOf(`name=${control}`)
  count([...own, plain!])

  const [command, ...words] = process.argv.slice(3)
  if (command) {
    const { status } = spawnSync(command, words, { stdio: ['ignore', 'inherit', 'inherit'] })
    if (status !== 0) problems.push(`the work session ended with ${status}`)
  }
  const bridgeIsOn = containersOf(project).some(({ service }) => service === 'bridge')
  for (const { id, name, service } of containersOf(project)) {
    if (service === 'proxy' || service === 'bridge') continue
    const said = tryOut(`container:${id}`)
    process.stdout.write(`${name}: ${said}\n`)
    if (/REACHED|RESOLVED/.test(said)) problems.push(`${name} reached the outside`)
  }
  for (const network of own) {
    const packets = counted(network.name)
    process.stdout.write(`${network.name}: ${packets} packets left\n`)
    if (packets !== 0 && !(bridgeIsOn && network.name.endsWith('_wan')))
      problems.push(`${packets} packets left ${network.name}`)
  }
  tryOut(control)
  const seen = counted(control)
  process.stdout.write(`control: ${seen} packets left an ordinary network\n`)
  if (!(seen > 0)) problems.push('the control was not counted, so the zeros prove nothing')
} finally {
  clean()
}
for (const problem of problems) process.stderr.write(`${problem}\n`)
process.exitCode = problems.length > 0 ? 1 : 0
