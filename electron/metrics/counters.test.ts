import { expect, it } from 'vitest'
import { createCounters } from './counters.ts'

const of = (containerId: string, seconds?: number) => ({ containerId, seconds })

it('what a container used stays with its pod and its node when it is started again, and with the node when the pod goes', () => {
  const counters = createCounters()
  const seen = (): number[] => [counters.node('n'), counters.pod('p'), counters.pod('q')]
  expect(seen()).toEqual([0, 0, 0])
  counters.add('n', 'p', [of('a', 5), of('b', 1)])
  counters.add('n', 'q', [of('c', 10)])
  expect(seen()).toEqual([16, 6, 10])
  // One is read no more for a round, and is not counted twice after it.
  counters.add('n', 'p', [of('a', 7), of('b')])
  expect(seen()).toEqual([18, 8, 10])
  counters.add('n', 'p', [of('a', 7), of('b', 2)])
  expect(seen()).toEqual([19, 9, 10])
  // A new container in the place of the old one; then none at all; then one whose counter began anew.
  counters.add('n', 'p', [of('a2', 1), of('b', 2)])
  counters.add('n', 'p', [])
  expect(seen()).toEqual([20, 10, 10])
  counters.add('n', 'q', [of('c', 2)])
  expect(seen()).toEqual([22, 10, 12])
  counters.keep(new Set(['p']))
  expect(seen()).toEqual([22, 10, 0])
})
