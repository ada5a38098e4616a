/** Forwarded lines and a real rsyslog, as Debian packs it, unpacked beside the project: nothing is installed on this machine. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { syslog } from '../../electron/logging/ship/senders/syslog.ts'
import { root } from '../integration/app.ts'
import { until } from '../integration/until.ts'
import { ownPort } from '../ports.ts'

const cache = join(root, '.cache', 'rsyslog')
const PACKAGES = ['rsyslog', 'libestr0', 'libfastjson4', 'liblognorm5']
const COUNT = 500
let directory: string
let server: ChildProcess
let port: number

beforeAll(async () => {
  if (!existsSync(join(cache, 'usr', 'sbin', 'rsyslogd'))) {
    mkdirSync(cache, { recursive: true })
    execFileSync('apt-get', ['download', '-qq', ...PACKAGES], { cwd: cache, stdio: 'pipe' })
    for (const name of readdirSync(cache).filter((f) => f.endsWith('.deb'))) execFileSync('dpkg', ['-x', name, '.'], { cwd: cache })
  }
  const libraries = join(cache, 'usr', 'lib', readdirSync(join(cache, 'usr', 'lib')).find((d) => existsSync(join(cache, 'usr', 'lib', d, 'rsyslog'))) ?? '')
  directory = mkdtempSync(join(tmpdir(), 'rsyslog-'))
  port = await ownPort()
  writeFileSync(join(directory, 'conf'), [
    `global(workDirectory="${directory}" maxMessageSize="64k")`, 'module(load="imtcp")', 'module(load="imudp")', `input(type="imtcp" port="${port}" address="127.0.0.1")`, `input(type="imudp" port="${port}" address="127.0.0.1")`,
    'template(name="t" type="string" string="%pri%|%timestamp:::date-rfc3339%|%hostname%|%app-name%|%procid%|%msgid%|%structured-data%|%msg%\\n")', `*.* action(type="omfile" file="${join(directory, 'out')}" template="t")`, '',
  ].join('\n'))
  server = spawn(join(cache, 'usr', 'sbin', 'rsyslogd'), ['-n', '-i', join(directory, 'pid'), '-f', join(directory, 'conf'), '-M', join(libraries, 'rsyslog')], { env: { LD_LIBRARY_PATH: libraries }, stdio: 'pipe' })
  await until('it listens', () => new Promise<boolean>((resolve) => { const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true) }).on('error', () => resolve(false)) }))
})
afterAll(async () => {
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.kill()
  await ended
  rmSync(directory, { recursive: true })
})

test.each(['tcp', 'udp'] as const)('over %s it understands every line', async (transport) => {
  const sender = syslog({ address: `127.0.0.1:${port}`, target: '', username: '', transport, insecure: false, secret: '', clusterId: 'x' })
  const source = { stream: 'stdout', namespace: 'shop', pod: 'odd"]\\', podUid: 'u', container: 'app', node: 'n1', restart: 0, workload: '', labels: {} } as const
  await sender.send(Array.from({ length: COUNT }, (_, i) => ({ record: { id: i, time: Date.parse('2026-01-02T03:04:05.678Z'), nanos: 0, level: 'warn' as const, source: 1, text: `${transport} ${i} 한글 "q" ]\nand more` }, source })), new AbortController().signal)
  await sender.close()
  const lines = (): string[] => (existsSync(join(directory, 'out')) ? readFileSync(join(directory, 'out'), 'utf8').split('\n').filter((l) => l.includes(`${transport} `)) : [])
  await until('all lines', () => lines().length >= COUNT)
  expect(lines()).toHaveLength(COUNT)
  expect(lines()[0]).toBe(`12|2026-01-02T03:04:05.678000Z|n1|app|odd"]\\|stdout|[pilothouse@32473 namespace="shop" pod="odd\\"\\]\\\\" container="app" stream="stdout" id="0"]|\ufeff${transport} 0 한글 "q" ]#012and more`)
})
