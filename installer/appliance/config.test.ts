import { describe, expect, it } from 'vitest'
import { checked, gatherAnswers, setsOf } from './answers.ts'
import { type Configuration, parseConfiguration, settings, urlOf, writeConfiguration } from './config.ts'
import { environmentOf, readEnvironment, renderEnvironment } from './env-file.ts'

const messages = (text: string) => parseConfiguration(text).problems.map(({ message }) => message)

describe('innosynth.yaml', () => {
  it('needs a host name and nothing else', () => {
    expect(messages('')).toEqual(['hostname is needed: it is the name that people type.'])
    expect(messages('hostname: know.example.org')).toEqual([])
  })

  it('read and written again says the same', () => {
    const { given } = parseConfiguration('hostname: a.example\nlisten:\n  https: 8443\nextras: { antivirus: true }\n')
    expect(parseConfiguration(writeConfiguration(given)).given).toEqual(given)
  })

  it.each([
    ['hostname: "bad name"', 'hostname must be a host name'],
    ['hostname: x\nlisten: { https: 0 }', 'listen.https must be a whole number from 1 to 65535'],
    ['hostname: x\nlisten: { https: "443" }', 'listen.https must be a whole number'],
    ['hostname: x\ntls: { mode: none }', 'tls.mode must be one of internal, acme, acme-private, byo'],
    ['hostname: x\ntls: { mode: byo }', 'tls.certificate is needed: tls.mode is byo'],
    ['hostname: x\nbackup: { dir: relative }', 'backup.dir must be an absolute path'],
    ['hostname: x\nbackup: { dir: "/a$HOME" }', 'backup.dir must be an absolute path'],
    ['hostname: x\nbackup: { dir: "/srv/back #1" }', 'backup.dir must be an absolute path'],
    ['hostname: x\nbackup: { dir: "/srv/back\\nTLS_MODE=byo" }', 'backup.dir must be an absolute path'],
    ['hostname: x\ntls: { directory: "https://ca/${HOME}" }', 'tls.directory must be an address'],
    ['hostname: x\ntls: { directory: "https://ca/}" }', 'tls.directory must be an address'],
    ['hostname: x\ntls: { email: "a$HOME@b" }', 'tls.email must be an e-mail address'],
    ['hostname: x\nollama: { model: "m\\nTLS_MODE=byo" }', 'models.language must be the name of a model'],
    ['hostname: x\nconstructor: y', 'There is no setting constructor'],
    ['hostname: x\nmemory: { server: 2 GB }', 'memory.server must be an amount as in 512m or 2g'],
    ['hostname: x\nlisten: { https: 80 }', 'must be different ports'],
    ['hostname: x\nextras: { bridge: true }', 'The bridge needs'],
    ['hostname: x\nhostnam: y', 'Did you mean hostname?'],
    ['- a\n- b', 'must hold keys and values'],
  ])('%s: %s', (text, message) => {
    expect(messages(text).join('\n')).toContain(message)
  })

  it('understands a key of an older version and says what it is called now', () => {
    const { effective, notes, problems } = parseConfiguration('hostname: x\nports: { https: 8443 }')
    expect(problems).toEqual([])
    expect(notes[0]?.message).toContain('Write listen.https instead')
    expect(effective['listen.https']).toBe(8443)
  })

  it('takes the addresses and paths that people have', () => {
    const file =
      'hostname: x\ntls: { mode: acme-private, directory: "https://[fd00::1]:9000/acme/acme/directory?v=2", email: vera.b+ca@example.org }\nbackup: { dir: "/mnt/Backup 2 (büro)" }'
    expect(messages(file)).toEqual([])
  })

  it('explains every setting', () => {
    for (const { summary } of Object.values(settings)) expect(summary.length).toBeGreaterThan(8)
  })
})

describe('answers', () => {
  const none = '/nonexistent'
  it('are asked where a person sits at a terminal, again after a wrong one, and with what a choice needs', async () => {
    const said = ['not a name', '', 'know.example.org', '', '', 'acme', 'vera@example.org', '', '']
    const questions: string[] = []
    const { given } = await gatherAnswers(none, undefined, [], async (question, fallback) => {
      questions.push(question)
      return said.shift() || fallback || ''
    })
    expect(given).toMatchObject({
      hostname: 'know.example.org',
      'listen.https': 443,
      'tls.mode': 'acme',
      'tls.email': 'vera@example.org',
    })
    expect(questions.some((question) => question.includes('hostname must be a host name'))).toBe(true)
  })

  it('that are missing stop the command where nobody sits there', async () => {
    await expect(gatherAnswers(none, undefined, [], null)).rejects.toThrow('hostname is needed')
  })

  it('may come from a shell', () => {
    expect(setsOf(['listen.https=8443', 'extras.antivirus=true', 'hostname=x'])).toEqual({
      'listen.https': 8443,
      'extras.antivirus': true,
      hostname: 'x',
    })
    expect(() => setsOf(['listen.https=many'])).toThrow('listen.https must be a whole number')
    expect(() => checked({ hostname: 'x', 'tls.mode': 'byo' })).toThrow('tls.certificate is needed')
  })
})

describe('.env', () => {
  const configuration = parseConfiguration(
    'hostname: know.example.org\nmodels: { accelerator: gpu-nvidia }\nextras: { antivirus: true }',
  ).effective as Configuration

  it('holds what compose needs and comes back as it was', () => {
    const values = environmentOf(configuration, '1.2.3')
    expect(values).toMatchObject({
      COMPOSE_PROFILES: 'gpu-nvidia,antivirus',
      INNOSYNTH_URL: 'https://know.example.org',
      ANTIVIRUS_HOST: 'antivirus',
    })
    expect(readEnvironment(renderEnvironment(values))).toEqual(values)
  })

  it('names the port in the address where it is not the usual one', () => {
    expect(urlOf({ ...configuration, 'listen.https': 8443 })).toBe('https://know.example.org:8443')
  })
})
