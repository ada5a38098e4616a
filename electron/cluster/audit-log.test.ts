import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { createAuditLog } from './audit-log.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'audit-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))
const clock = new FakeClock(Date.parse('2026-01-01T00:00:00Z'))
const lines = async (name = 'audit.log'): Promise<unknown[]> => (await readFile(join(directory, name), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as unknown)

it('writes a line an event, after a moment, for the owner alone', async () => {
  const log = createAuditLog({ directory, clock })
  const long = '€'.repeat(70_000)
  log.write(JSON.stringify({ n: 1 }))
  log.write(JSON.stringify({ n: 2, long }))
  expect(await readdir(directory)).toEqual([])
  await clock.advance(1000)
  await log.flush()
  expect(await lines()).toEqual([{ n: 1 }, { n: 2, long }])
  expect((await stat(join(directory, 'audit.log'))).mode & 0o777).toBe(0o600)
  await log.stop()
})
it('goes on in the file that is there, and sets full ones aside, as many as may be kept', async () => {
  await writeFile(join(directory, 'audit.log'), `${JSON.stringify({ n: 0 })}\n`)
  const log = createAuditLog({ directory, clock, maxBytes: 20, maxFiles: 2 })
  for (let n = 1; n <= 6; n++) {
    log.write(JSON.stringify({ n }))
    await log.flush()
    await clock.advance(5)
  }
  await log.stop()
  const old = (await readdir(directory)).filter((name) => name !== 'audit.log').toSorted()
  expect(await Promise.all([...old, 'audit.log'].map(lines))).toEqual([[{ n: 2 }, { n: 3 }], [{ n: 4 }, { n: 5 }], [{ n: 6 }]])
})
const WRITER = `
import { createAuditLog } from ${JSON.stringify(new URL('audit-log.ts', import.meta.url).href)}
import { realClock } from ${JSON.stringify(new URL('../../shared/clock.ts', import.meta.url).href)}
const log = createAuditLog({ directory: process.argv[1], clock: realClock })
for (let n = 0; n < 300; n++) log.write(JSON.stringify({ n, filler: 'x'.repeat(1000) }))
await log.written()
log.write(JSON.stringify({ n: 300 }))
await log.written()
process.kill(process.pid, 'SIGKILL')`
it('what has been waited for survives kill -9', async () => {
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', WRITER, directory], { encoding: 'utf8' })
  expect([ended.signal, ended.stderr]).toEqual(['SIGKILL', ''])
  expect((await lines()).map((line) => (line as { n: number }).n)).toEqual(Array.from({ length: 301 }, (_, n) => n))
})
it('those who wait go on when the disk does not answer', async () => {
  // A pipe that nobody reads cannot be opened.
  expect(spawnSync('mkfifo', [join(directory, 'audit.log')]).status).toBe(0)
  const stuck = createAuditLog({ directory, clock })
  stuck.write('{"n":1}')
  let waited = false
  const wait = stuck.written().then(() => { waited = true })
  await clock.advance(999)
  expect(waited).toBe(false)
  await clock.advance(1)
  await wait
  const [text] = await Promise.all([readFile(join(directory, 'audit.log'), 'utf8'), stuck.stop()])
  expect(text).toBe('{"n":1}\n')
})
it('holds nobody up: what the disk does not take is dropped, and it goes on when it can', async () => {
  const log = createAuditLog({ directory: join(directory, 'file', 'below'), clock, maxWaiting: 2 })
  await writeFile(join(directory, 'file'), '')
  for (let n = 0; n < 5; n++) log.write(JSON.stringify({ n }))
  await log.flush()
  await rm(join(directory, 'file'))
  log.write(JSON.stringify({ n: 9 }))
  await log.flush()
  expect(JSON.parse(await readFile(join(directory, 'file', 'below', 'audit.log'), 'utf8'))).toEqual({ n: 9 })
  await log.stop()
})
