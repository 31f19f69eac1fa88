/** For tests: a program named docker that answers as an engine does, and a product that answers at its address. */
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import { join } from 'node:path'

/** Made for localhost and nothing else; it protects nothing. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUapnixdIxZoQ4fDXaYPNjQ/VuL40wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDE3NDEzNFoYDzIxMjYxMDMx
MTc0MTM0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARlV35kWCDRcbHKNffK8j4Tqzknfvdg2R77a2Ip7LbrwVnfAFaHewth
ZLcCiHIx34yIim9/S9jARu68Ko1UBRhDo2kwZzAdBgNVHQ4EFgQUq00/7kmOUj8W
AeOw70eQNWqTYGkwHwYDVR0jBBgwFoAUq00/7kmOUj8WAeOw70eQNWqTYGkwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SAAwRQIgEN2vBSXCif0Z3CICfD2AQpNPo+X57ChKd1oTzpYaObACIQCjSa8dwhYJ
4iXVx2BbAkMrdUmCYFms1nooJBG9CHldAw==
-----END CERTIFICATE-----`
export const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgh/DWS+9Di/4S9VF1
1jrdq0IuhZtf5BpITKF7K+FxUB+hRANCAARlV35kWCDRcbHKNffK8j4Tqzknfvdg
2R77a2Ip7LbrwVnfAFaHewthZLcCiHIx34yIim9/S9jARu68Ko1UBRhD
-----END PRIVATE KEY-----`

/** Says that the first account is still to be made. */
export async function fakeProduct(): Promise<{ port: number; close(): Promise<void> }> {
  const server: Server = createServer({ cert: certificate, key }, (_request, response) => {
    response.setHeader('content-type', 'application/json').end('{"needed":true}')
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    close: () => new Promise((done) => server.close(() => done())),
  }
}

/** Puts `docker` into a folder for PATH. It keeps one container in a file and writes down each call. */
export async function fakeDocker(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'docker')
  await writeFile(path, script(folder))
  await chmod(path, 0o755)
}

const script = (folder: string) => `#!${process.execPath}
const { appendFileSync, existsSync, writeFileSync, rmSync } = require('node:fs')
const args = process.argv.slice(2).join(' ')
const running = ${JSON.stringify(join(folder, 'running'))}
appendFileSync(${JSON.stringify(join(folder, 'calls'))}, args + '\\n')
const say = (value) => console.log(typeof value === 'string' ? value : JSON.stringify(value))
const stack = { services: { server: { image: 'innosynth/app:0', restart: 'unless-stopped' } }, networks: {} }
const container = { Id: 'c1', Name: '/server-1', Image: 'sha256:1', RestartCount: 0, HostConfig: { Memory: 0 },
  Config: { Image: 'innosynth/app:0', Labels: { 'com.docker.compose.service': 'server', 'com.docker.compose.config-hash': 'h1' } },
  State: { Status: 'running', Running: true, ExitCode: 0, OOMKilled: false, StartedAt: 't', Health: { Status: 'healthy', Log: [] } } }
if (args === '--version') say('Docker version 28.2.2')
else if (args.startsWith('info')) say({ ServerVersion: '28', Driver: 'overlay2', NCPU: 64, MemTotal: 64e9, SecurityOptions: ['name=seccomp'], DockerRootDir: '/', MemoryLimit: true, PidsLimit: true, CpuCfsQuota: true })
else if (args.startsWith('version')) say('1.47')
else if (args.startsWith('compose version')) say('2.35.0')
else if (args.includes('config --format json')) say(stack)
else if (args.includes('config --hash')) say('server h1')
else if (args.startsWith('image inspect')) say('sha256:1')
else if (args.startsWith('ps') && args.includes('--quiet')) existsSync(running) && say('c1')
else if (args.startsWith('inspect')) say([container])
else if (args.includes(' up ')) writeFileSync(running, '')
else if (args.includes(' down ')) rmSync(running, { force: true })
`
