import { expect, it } from 'vitest'
import { quotaLines } from './quota.ts'

it('says how much of each is used', () => {
  const lines = quotaLines({ spec: { hard: {} }, status: { hard: { pods: '4', 'requests.cpu': '2', 'limits.memory': '1Gi', secrets: '0' }, used: { pods: '1', 'requests.cpu': '500m', 'limits.memory': '512Mi' } } } as never)
  expect(lines.map((l) => [l.name, l.used, l.share])).toEqual([['limits.memory', '512Mi', 0.5], ['pods', '1', 0.25], ['requests.cpu', '500m', 0.25], ['secrets', '0', 1]])
})
