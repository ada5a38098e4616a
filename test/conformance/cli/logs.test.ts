import { expect, it } from 'vitest'
import type { Pod } from '../../../shared/api/types.ts'
import { BUSYBOX, create, eventually, get, namespace, ok } from '../cluster.ts'

const LINES = 100

it('retrieve and filter logs', async () => {
  const ns = await namespace()
  const script = `i=0; while [ $i -lt ${LINES} ]; do echo "$i line of the generator, some words of it"; i=$((i+1)); done; sleep 1000`
  await create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'generator', namespace: ns }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'logs-generator', image: BUSYBOX, command: ['sh', '-c', script] }] } })
  await eventually('it runs', () => get<Pod>('pod', 'generator', '-n', ns), (p) => p.status?.phase === 'Running')
  const logs = (...args: string[]): Promise<string> => ok(['logs', 'generator', 'logs-generator', '-n', ns, ...args])
  const all = await eventually('all lines', () => logs(), (text) => text.split('\n').length > LINES)
  expect(all.split('\n').slice(0, LINES)).toEqual(Array.from({ length: LINES }, (_, i) => `${i} line of the generator, some words of it`))
  expect(await logs('--tail=1')).toBe(`${LINES - 1} line of the generator, some words of it\n`)
  expect(await logs('--limit-bytes=1')).toBe('0')
  const [stamp = '', ...words] = (await logs('--tail=1', '--timestamps')).trim().split(' ')
  expect(Date.now() - Date.parse(stamp)).toBeLessThan(180_000)
  expect(words.join(' ')).toBe(`${LINES - 1} line of the generator, some words of it`)
  expect((await logs('--since=24h')).split('\n').length).toBe(LINES + 1)
  // A second later all of it is older than that.
  expect(await eventually('nothing is so new', () => logs('--since=1s'), (text) => text === '')).toBe('')
})
