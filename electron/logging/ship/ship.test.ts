import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FakeClock } from '../../../shared/clock.ts'
import type { Destination, DestinationDraft } from '../../../shared/shipping.ts'
import type { LogSource } from '../../../shared/logs/types.ts'
import { openLogStore } from '../store.ts'
import { inline } from '../testing.ts'
import type { LogStore } from '../types.ts'
import { checkDraft } from './check.ts'
import { openShipping, type Shipping } from './index.ts'
import { bulkIndex, httpReceiver } from './receivers.ts'
import { batches, LINGER_MS, retryMs, startShipper, type Position } from './shipper.ts'
import type { Outcome, ShipLine } from './types.ts'

const SOURCE: LogSource = { stream: 'stdout', namespace: 'shop', pod: 'web', podUid: 'u', container: 'c', node: 'n', restart: 0, workload: '', labels: {} }
let directory: string
let store: LogStore
let clock: FakeClock
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'shipping-'))
  clock = new FakeClock()
  store = await openLogStore({ directory: join(directory, 'logs'), clock, thread: inline })
})
afterEach(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})
let n = 0
const write = async (count: number, text = 'line', to = store): Promise<void> => { await to.append(SOURCE, Array.from({ length: count }, () => ({ time: clock.now(), nanos: 0, rank: 3, text: `${text} ${++n}` }))) }
/** Turns the clock until something holds: soon as a rule, and slowly from then on, where it is the disk that takes its time. */
async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 60_000
  for (let i = 0; !holds() && (i < 20_000 || Date.now() < end); i++) {
    await clock.advance(50)
    await new Promise((resolve) => { if (i < 20_000) setImmediate(resolve); else setTimeout(resolve, 5) })
  }
  expect(holds()).toBe(true)
}

describe('the way through the store', () => {
  function ship(send: (lines: readonly ShipLine[], nth: number) => Promise<Outcome> | Outcome, more: Partial<Parameters<typeof startShipper>[0]> = {}) {
    const got: number[] = []
    const kept: Position[] = []
    let nth = 0
    const shipper = startShipper({
      name: 'd', query: '', store, clock, start: { after: 0, sent: 0, lost: 0, rejected: 0 }, moved: (p) => kept.push(p), changed: () => undefined, ...more,
      sender: async () => ({ send: async (lines) => { const outcome = await send(lines, ++nth); got.push(...lines.map((l) => l.record.id)); return outcome }, close: async () => undefined }),
    })
    return { shipper, got, kept }
  }
  const fine = { rejected: 0, reason: '' }
  const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)

  test('every line once and in order, also those that come later; nothing waits when all is delivered', async () => {
    await write(2500)
    const { shipper, got } = ship(() => fine)
    await until(() => got.length === 2500)
    await write(3)
    await until(() => got.length === 2503)
    expect(got).toEqual(numbers(1, 2503))
    await until(() => shipper.progress.state === 'idle')
    expect(shipper.progress).toMatchObject({ behind: 0, sent: 2503, lost: 0, error: '' })
    await store.flush()
    expect(clock.waiting).toBe(0)
    await shipper.stop()
  })
  test('what cannot be delivered is tried again, later and later, and nothing is left out', async () => {
    expect([1, 2, 3, 7, 50].map(retryMs)).toEqual([1000, 2000, 4000, 60_000, 60_000])
    await write(1500)
    const { shipper, got, kept } = ship((_lines, nth) => { if (nth === 2 || nth === 3) throw new Error('away'); return fine })
    await until(() => shipper.progress.state === 'failing')
    expect([got, shipper.progress]).toMatchObject([numbers(1, 1000), { error: 'away', behind: 500 }])
    expect(kept.at(-1)?.after).toBe(1000)
    await until(() => got.length === 1500)
    expect(got).toEqual(numbers(1, 1500))
    await until(() => shipper.progress.state === 'idle')
    expect(shipper.progress.error).toBe('')
    await shipper.stop()
  })
  test('only what the query chooses; the others count as looked at', async () => {
    await write(5, 'dull')
    await write(2, 'bright')
    await write(5, 'dull')
    const { shipper, got, kept } = ship(() => fine, { query: 'bright' })
    await until(() => kept.at(-1)?.after === 12)
    expect([got, shipper.progress.behind]).toEqual([[6, 7], 0])
    await shipper.stop()
  })
  test('what was refused for good is counted and does not stop the rest', async () => {
    await write(3)
    const { shipper } = ship((lines) => ({ rejected: 1, reason: `of ${lines.length}` }))
    await until(() => shipper.progress.behind === 0)
    expect(shipper.progress).toMatchObject({ sent: 2, rejected: 1, error: '1 of 3 lines were refused: of 3' })
    await shipper.stop()
  })
  test('from where it was; a store that was begun anew from its beginning', async () => {
    await write(10)
    const later = ship(() => fine, { start: { after: 7, sent: 7, lost: 0, rejected: 0 } })
    await until(() => later.got.length === 3)
    expect(later.got).toEqual([8, 9, 10])
    await later.shipper.stop()
    const anew = ship(() => fine, { start: { after: 5000, sent: 0, lost: 0, rejected: 0 } })
    await until(() => anew.got.length === 10)
    await anew.shipper.stop()
  })
  test('what goes out of the store before it could be sent is lost, and told', async () => {
    const small = await openLogStore({ directory: join(directory, 'small'), clock, thread: inline, limitBytes: 200_000, segmentBytes: 20_000, blockBytes: 16_384 })
    let away = true
    const { shipper, got } = ship(() => { if (away) throw new Error('away'); return fine }, { store: small })
    const noise = (): string => Array.from({ length: 40 }, () => Math.random().toString(36).slice(2)).join('')
    for (let i = 0; small.firstId <= 100; i++) {
      await write(20, noise(), small)
      await small.flush()
      await clock.advance(10)
      if (i > 20_000) throw new Error('the store keeps everything')
    }
    away = false
    await until(() => shipper.progress.behind === 0)
    expect(shipper.progress.lost).toBeGreaterThanOrEqual(100)
    expect(shipper.progress.lost + got.length).toBe(small.lastId)
    expect(got).toEqual(numbers(shipper.progress.lost + 1, small.lastId))
    await shipper.stop()
    await small.close()
  })
  test('a request has no more lines and bytes than every receiver takes', () => {
    const line = (length: number): ShipLine => ({ record: { id: 0, time: 0, nanos: 0, level: '', source: 0, text: 'x'.repeat(length) }, source: SOURCE })
    expect([...batches(Array.from({ length: 2500 }, () => line(1)))].map((b) => b.length)).toEqual([1000, 1000, 500])
    expect([...batches([line(300_000), line(300_000), line(3_000_000), line(1)])].map((b) => b.length)).toEqual([1, 1, 1, 1])
    expect([...batches([])]).toEqual([])
  })
})

describe('destinations', () => {
  let shipping: Shipping
  const open = (): Shipping => (shipping = openShipping({ store, directory: join(directory, 'shipping'), clock, clusterId: 'abcd' }))
  afterEach(async () => { await shipping.stop() })
  const draft = (address: string, more: Partial<DestinationDraft> = {}): DestinationDraft => ({ name: 'mine', type: 'elasticsearch', enabled: true, query: '', address, target: '', username: 'u', transport: 'tcp', insecure: false, ...more })
  const listed = (s: Shipping): readonly Destination[] => { let all: readonly Destination[] = []; s.subscribe((list) => { all = list })(); return all }

  test('to a real index, through an outage and a restart of the app: every line is there once', async () => {
    let down = false
    const index = bulkIndex()
    const receiver = await httpReceiver((call) => (down ? { status: 503 } : index.reply(call)))
    await write(10)
    open()
    const made = await shipping.save(draft(receiver.address, { secret: 'hush', fromStart: true }))
    await until(() => index.docs.size === 10)
    down = true
    await write(500)
    await until(() => listed(shipping)[0]?.state === 'failing')
    expect(listed(shipping)).toMatchObject([{ id: made.id, behind: 500, sent: 10, error: 'answered with status 503', hasSecret: true }])
    await shipping.stop()
    open()
    down = false
    await write(5)
    await until(() => index.docs.size === 515)
    expect(new Set([...index.docs.values()].map((d) => d['message'])).size).toBe(515)
    await receiver.close()
  })
  test('secrets are for the owner alone, are never shown, and go to no other address', async () => {
    open()
    const made = await shipping.save(draft('http://127.0.0.1:9', { secret: 'hush', enabled: false }))
    const path = join(directory, 'shipping', 'destinations.json')
    expect([statSync(path).mode & 0o777, readFileSync(path, 'utf8').includes('hush')]).toEqual([0o600, true])
    expect(statSync(join(directory, 'shipping')).mode & 0o777).toBe(0o700)
    expect(JSON.stringify([made, listed(shipping)])).not.toContain('hush')
    await expect(shipping.save(draft('http://127.0.0.1:10', { id: made.id, enabled: false }))).rejects.toThrow('secret: Required value')
    await expect(shipping.test(draft('http://127.0.0.1:10', { id: made.id }))).rejects.toThrow('secret: Required value')
    expect(await shipping.save(draft('http://127.0.0.1:9', { id: made.id, name: 'other', enabled: false }))).toMatchObject({ hasSecret: true, name: 'other', state: 'off' })
    expect(await shipping.save(draft('http://127.0.0.1:10', { id: made.id, secret: '', enabled: false }))).toMatchObject({ hasSecret: false })
    await shipping.remove({ id: made.id })
    expect(listed(shipping)).toEqual([])
    await expect(shipping.remove({ id: made.id })).rejects.toThrow('not found')
  })
  test('a test sends one line, says what is wrong, and changes nothing', async () => {
    const index = bulkIndex((_doc, nth) => (nth === 2 ? { status: 400, type: 'no' } : undefined))
    const receiver = await httpReceiver(index.reply)
    open()
    expect(await shipping.test(draft(receiver.address))).toEqual({ ok: true, message: '' })
    expect([...index.docs.values()]).toMatchObject([{ message: 'Pilothouse tests the destination mine.' }])
    expect(await shipping.test(draft(receiver.address))).toEqual({ ok: false, message: 'no: because' })
    await receiver.close()
    expect(await shipping.test(draft(receiver.address))).toMatchObject({ ok: false, message: expect.stringContaining('ECONNREFUSED') as string })
    expect(listed(shipping)).toEqual([])
  })
  test('two of one name are refused', async () => {
    open()
    await shipping.save(draft('http://127.0.0.1:9', { enabled: false }))
    await expect(shipping.save(draft('http://127.0.0.1:9', { enabled: false }))).rejects.toThrow('name: Duplicate value: "mine"')
  })
  test.each<[Partial<Record<string, unknown>>, string]>([
    [{ name: ' ' }, 'name: Required value'], [{ type: 'splunk' }, 'type: Unsupported value: "splunk"'], [{ address: 'ftp://x' }, 'address: Invalid value: "ftp://x": must be a URL'], [{ address: 'http://a:b@c' }, 'must not hold a password'],
    [{ type: 'syslog', address: 'host' }, 'must be HOST:PORT'], [{ type: 'syslog', address: 'host:70000' }, 'must be HOST:PORT'], [{ type: 'file', address: 'logs.txt' }, 'must be an absolute path'], [{ type: 'file', address: '/x', target: 'xml' }, 'target: Unsupported value'],
    [{ query: 'level>>x' }, 'query: '], [{ transport: 'quic' }, 'transport: Unsupported value'], [{ junk: 1 }, 'unknown field "junk"'], [{ secret: 'a\r\nb' }, 'secret: must be one line'], [{ enabled: 'yes' }, 'enabled: must be true or false'],
  ])('refuses %j', (more, message) => expect(() => checkDraft({ ...draft('http://x'), ...more })).toThrow(message))
  test('takes what is right', () => {
    expect(checkDraft({ name: 'a', type: 'syslog', address: '[::1]:514' })).toMatchObject({ enabled: true, transport: 'tcp', query: '' })
    expect(LINGER_MS).toBe(1000)
  })
})
