import { expect, it } from 'vitest'
import type { ConfigMap } from '../../../shared/api/types.ts'
import { namespace } from '../cluster.ts'
import { brief, must, patch, rest, watch } from '../rest.ts'

const maps = async (): Promise<string> => `/api/v1/namespaces/${await namespace()}/configmaps`
const map = (name: string, label: string): object => ({ metadata: { name, labels: { watch: label } }, data: { mutation: '0' } })
const change = (path: string, mutation: string): Promise<ConfigMap> => patch<ConfigMap>(path, { data: { mutation } })
const mutations = (events: { object: unknown }[]): (string | undefined)[] => events.map((e) => (e.object as ConfigMap).data?.['mutation'])

it('add/update/delete on configmaps', async () => {
  const path = await maps()
  const [a, b, both] = await Promise.all([watch(`${path}?labelSelector=watch%3Da`), watch(`${path}?labelSelector=watch%3Db`), watch(`${path}?labelSelector=watch+in+(a,b)`)])
  await must('POST', path, map('a', 'a'))
  await change(`${path}/a`, '1')
  await change(`${path}/a`, '2')
  await must('DELETE', `${path}/a`)
  await must('POST', path, map('b', 'b'))
  await must('DELETE', `${path}/b`)
  expect(brief(await a.next(4))).toEqual(['ADDED a', 'MODIFIED a', 'MODIFIED a', 'DELETED a'])
  expect(mutations(a.events)).toEqual(['0', '1', '2', '2'])
  expect(brief(await b.next(2))).toEqual(['ADDED b', 'DELETED b'])
  expect(brief(await both.next(6))).toEqual(['ADDED a', 'MODIFIED a', 'MODIFIED a', 'DELETED a', 'ADDED b', 'DELETED b'])
  expect([a.events.length, b.events.length]).toEqual([4, 2])
})

it('start from specific RV', async () => {
  const path = await maps()
  await must('POST', path, map('a', 'a'))
  const first = await change(`${path}/a`, '1')
  await change(`${path}/a`, '2')
  await must('DELETE', `${path}/a`)
  const later = await watch(`${path}?labelSelector=watch%3Da&resourceVersion=${first.metadata.resourceVersion}`)
  const events = await later.next(2)
  expect(brief(events)).toEqual(['MODIFIED a', 'DELETED a'])
  expect(mutations(events)).toEqual(['2', '2'])
})

it('restart from last RV', async () => {
  const path = await maps()
  const before = await watch(`${path}?labelSelector=watch%3Da`)
  await must('POST', path, map('a', 'a'))
  await change(`${path}/a`, '1')
  const [, last] = await before.next(2)
  if (!last) throw new Error('no event')
  // While nobody watches.
  await change(`${path}/a`, '2')
  const after = await watch(`${path}?labelSelector=watch%3Da&resourceVersion=${(last.object as ConfigMap).metadata.resourceVersion}`)
  await must('DELETE', `${path}/a`)
  const events = await after.next(2)
  expect(brief(events)).toEqual(['MODIFIED a', 'DELETED a'])
  expect(mutations(events)[0]).toBe('2')
})

it('deletion when selector stops matching', async () => {
  const path = await maps()
  const watching = await watch(`${path}?labelSelector=watch%3Da`)
  await must('POST', path, map('a', 'a'))
  await change(`${path}/a`, '1')
  const relabel = (label: string): Promise<unknown> => patch(`${path}/a`, { metadata: { labels: { watch: label } } })
  await relabel('wrong')
  await change(`${path}/a`, '2')
  await relabel('a')
  await change(`${path}/a`, '3')
  await must('DELETE', `${path}/a`)
  const events = await watching.next(6)
  expect(brief(events)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED a', 'MODIFIED a', 'DELETED a'])
  expect(mutations(events)).toEqual(['0', '1', '1', '2', '3', '3'])
})

it('concurrent watches same order', async () => {
  const path = await maps()
  const { body } = await rest<{ metadata: { resourceVersion: string } }>('GET', path)
  const all = await watch(`${path}?resourceVersion=${body.metadata.resourceVersion}`)
  const work = async (i: number): Promise<void> => {
    for (let n = 0; n < 10; n++) {
      await must('POST', path, map(`m-${i}-${n}`, 'a'))
      await change(`${path}/m-${i}-${n}`, '1')
      await must('DELETE', `${path}/m-${i}-${n}`)
    }
  }
  await Promise.all([work(0), work(1), work(2)])
  const versions = (events: readonly { object: unknown }[]): number[] => events.map((e) => Number((e.object as ConfigMap).metadata.resourceVersion))
  const seen = versions(await all.next(90))
  expect(seen).toEqual(seen.toSorted((x, y) => x - y))
  // Whoever starts at any of them sees the rest, in the same order.
  const starts = Array.from({ length: 10 }, (_, i) => i * 8)
  const rests = await Promise.all(starts.map(async (i) => versions(await (await watch(`${path}?resourceVersion=${seen[i]}`)).next(seen.length - i - 1))))
  expect(rests).toEqual(starts.map((i) => seen.slice(i + 1)))
})
