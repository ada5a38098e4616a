/** What a container prints arrives at a receiver elsewhere: every line, once, although the app is killed on the way and the receiver is away for a while. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Docker from 'dockerode'
import { afterAll, expect, it } from 'vitest'
import { bulkIndex, forwardReceiver, httpReceiver, type HttpReceiver } from '../../electron/logging/ship/receivers.ts'
import { App } from './app.ts'
import { BUSYBOX, ensureBusybox } from './busybox.ts'
import { until } from './until.ts'

const LINES = 6000
let app: App | undefined
const closers: (() => Promise<void>)[] = []
afterAll(async () => {
  await app?.dispose()
  for (const close of closers) await close()
})

it('every line arrives, once by its name, through a kill of the app and an outage', async () => {
  await ensureBusybox(new Docker())
  const home = join(mkdtempSync(join(tmpdir(), 'pilothouse-test-')), 'home')
  const index = bulkIndex()
  let away = false
  const search: HttpReceiver = await httpReceiver((call) => (away ? { status: 503 } : index.reply(call)))
  const forward = await forwardReceiver({ silent: 1 })
  closers.push(() => search.close(), () => forward.close())
  const common = { enabled: true, query: 'pod:teller stream:stdout', target: '', username: '', transport: 'tcp', insecure: false, secret: '' }
  app = await App.start({ home })
  await app.stop()
  mkdirSync(join(home, 'shipping'), { mode: 0o700 })
  writeFileSync(join(home, 'shipping', 'destinations.json'), JSON.stringify([{ ...common, id: 'a', name: 'search', type: 'elasticsearch', address: search.address }, { ...common, id: 'b', name: 'forward', type: 'fluentd', address: forward.address }]), { mode: 0o600 })
  app = await App.start({ home })
  const script = `i=0; while [ $i -lt ${LINES} ]; do i=$((i+1)); echo "number $i"; [ $((i % 300)) -eq 0 ] && sleep 0.2; done; exec sleep 3600`
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'teller', labels: { app: 'teller' } }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: BUSYBOX, command: ['sh', '-c', script] }] } }
  await app.ok('35', ['create', '-f', '-'], { input: JSON.stringify(pod) })
  await until('the first lines', () => index.docs.size > 0)
  await app.kill()
  away = true
  app = await App.start({ home })
  await until('the outage is met', () => search.calls.length > 0 && forward.entries.length > 0)
  away = false
  const messages = (): string[] => [...index.docs.values()].map((d) => String(d['message']))
  await until('all lines at both', () => new Set(messages()).size >= LINES && new Set(forward.entries.map((e) => e.record['log'])).size >= LINES, 120_000)
  const expected = Array.from({ length: LINES }, (_, i) => `number ${i + 1}`)
  // By the names of the lines there is each once; whoever knows no names may have some twice, and misses none.
  expect(messages().toSorted()).toEqual(expected.toSorted())
  expect([...new Set(forward.entries.map((e) => String(e.record['log'])))].toSorted()).toEqual(expected.toSorted())
  expect(forward.entries[0]?.record).toMatchObject({ stream: 'stdout', kubernetes: { namespace_name: 'default', pod_name: 'teller', container_name: 'c', host: app.ready.nodes[0], labels: { app: 'teller' } } })
})
