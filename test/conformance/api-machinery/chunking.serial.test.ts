import { expect, it } from 'vitest'
import type { KubeList, Status } from '../../../shared/api/meta.ts'
import { namespace } from '../cluster.ts'
import { must, rest } from '../rest.ts'

const TOTAL = 40
const LIMIT = 11
const BIG = 1_000_000
const template = (name: string): object => ({ metadata: { name }, template: { spec: { containers: [{ name: 'c', image: 'i' }] } } })

/** The server keeps its past only up to so many bytes: whoever writes more makes it forget, as the passing of time does. */
async function forget(ns: string, past: () => Promise<boolean>): Promise<void> {
  const path = `/api/v1/namespaces/${ns}/configmaps`
  const write = async (i: number): Promise<void> => {
    const object = { metadata: { name: `big-${i}` }, data: { text: 'x'.repeat(BIG) } }
    await must('POST', path, object)
    for (let n = 0; n < 25 && !(await past()); n++) await must('PUT', `${path}/big-${i}`, { ...object, data: { text: String(n).repeat(BIG).slice(0, BIG) } })
  }
  await Promise.all([0, 1, 2, 3].map(write))
}

it('continue after compaction (inconsistent list)', async () => {
  const ns = await namespace()
  const path = `/api/v1/namespaces/${ns}/podtemplates`
  const names = Array.from({ length: TOTAL }, (_, i) => `template-${String(i).padStart(4, '0')}`)
  await Promise.all(names.map((name) => must('POST', path, template(name))))
  const page = (token: string): Promise<KubeList> => must<KubeList>('GET', `${path}?limit=${LIMIT}&continue=${token}`)
  const first = await page('')
  const old = first.metadata.continue ?? ''
  expect(first.metadata.remainingItemCount).toBe(TOTAL - LIMIT)

  // What changes meanwhile belongs to the rest, once the first page's moment is forgotten.
  await must('DELETE', `${path}/${names[LIMIT]}`)
  const tooOld = () => rest<Status>('GET', `${path}?limit=${LIMIT}&continue=${old}`)
  await forget(ns, async () => (await tooOld()).status === 410)
  const refused = (await tooOld()).body
  expect(refused).toMatchObject({ kind: 'Status', code: 410, reason: 'Expired', message: expect.stringMatching(/^The provided continue parameter is too old to display a consistent list result/) })
  const onward = refused.metadata?.continue ?? ''
  expect(onward).not.toBe('')
  expect(onward).not.toBe(old)

  const second = await page(onward)
  expect(Number(second.metadata.resourceVersion)).toBeGreaterThan(Number(first.metadata.resourceVersion))
  expect(second.metadata.remainingItemCount).toBe(TOTAL - 1 - 2 * LIMIT)
  const found = [...first.items, ...second.items].map((i) => i.metadata.name)
  for (let token = second.metadata.continue; token;) {
    const next = await page(token)
    // From here on all pages are of one moment again.
    expect(next.metadata.resourceVersion).toBe(second.metadata.resourceVersion)
    found.push(...next.items.map((i) => i.metadata.name))
    token = next.metadata.continue
  }
  expect(found).toEqual(names.filter((name) => name !== names[LIMIT]))
})
