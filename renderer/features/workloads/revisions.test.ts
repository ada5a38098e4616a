import { expect, it } from 'vitest'
import { revisionsOfControllers, revisionsOfSets } from './revisions.ts'

it('of replica sets: newest first, without the label the controller added', () => {
  const set = (name: string, revision: string): never => ({ metadata: { name, annotations: { 'deployment.kubernetes.io/revision': revision, 'kubernetes.io/change-cause': `to ${name}` } }, spec: { template: { metadata: { labels: { app: 'web', 'pod-template-hash': name } }, spec: { containers: [] } } } }) as never
  const all = revisionsOfSets([set('a', '9'), set('b', '10')])
  expect(all.map((r) => [r.number, r.name, r.cause])).toEqual([[10, 'b', 'to b'], [9, 'a', 'to a']])
  expect(all[0]?.template.metadata?.labels).toEqual({ app: 'web' })
})
it('of controller revisions: their template, without the word that replaces it', () => {
  const revision = (number: number): never => ({ metadata: { name: `r${number}` }, revision: number, data: { spec: { template: { $patch: 'replace', spec: { containers: [{ name: `c${number}` }] } } } } }) as never
  expect(revisionsOfControllers([revision(1), revision(2), { metadata: { name: 'x' }, revision: 3 } as never]).map((r) => [r.number, r.template])).toEqual([[2, { spec: { containers: [{ name: 'c2' }] } }], [1, { spec: { containers: [{ name: 'c1' }] } }]])
})
