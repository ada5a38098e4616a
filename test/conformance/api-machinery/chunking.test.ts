import { expect, it } from 'vitest'
import type { KubeList } from '../../../shared/api/meta.ts'
import { namespace } from '../cluster.ts'
import { must, rest } from '../rest.ts'

const TOTAL = 60
const template = (i: number): object => ({ metadata: { name: `template-${String(i).padStart(4, '0')}` }, template: { spec: { containers: [{ name: 'c', image: 'i' }] } } })

it('chunks of results', async () => {
  const path = `/api/v1/namespaces/${await namespace()}/podtemplates`
  await Promise.all(Array.from({ length: TOTAL }, (_, i) => must('POST', path, template(i))))
  for (const limit of [1, 7, 25, TOTAL - 1, TOTAL, TOTAL + 1]) {
    const names: string[] = []
    let version: string | undefined
    for (let token = ''; ;) {
      const page = await must<KubeList>('GET', `${path}?limit=${limit}${token ? `&continue=${token}` : ''}`)
      names.push(...page.items.map((i) => i.metadata.name))
      expect(page.items.length).toBeLessThanOrEqual(limit)
      version ??= page.metadata.resourceVersion
      // All pages are of one moment.
      expect(page.metadata.resourceVersion).toBe(version)
      token = page.metadata.continue ?? ''
      expect(page.metadata.remainingItemCount ?? 0).toBe(TOTAL - names.length)
      if (!token) break
    }
    expect(names).toEqual(Array.from({ length: TOTAL }, (_, i) => `template-${String(i).padStart(4, '0')}`))
  }
  const whole = await rest<KubeList>('GET', path)
  expect([whole.body.items.length, whole.body.metadata.continue]).toEqual([TOTAL, undefined])
})
