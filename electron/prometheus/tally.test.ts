import { Histogram, Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { histogram } from './kept.ts'
import { Tally } from './tally.ts'

const BOUNDS = [0.5, 1, 10]
const told = { name: 'x_seconds', help: 'How long.', labelNames: ['of'] }

it("is told as the library's own histogram of the same values is, each set of labels by itself", async () => {
  const [ours, theirs] = [new Registry(), new Registry()]
  const tallies = new Map([['a', new Tally(BOUNDS)], ['b', new Tally(BOUNDS)]])
  histogram(ours, told, BOUNDS, () => [...tallies].map(([of, tally]) => [{ of }, tally] as const))
  const library = new Histogram({ ...told, buckets: BOUNDS, registers: [theirs] })
  for (const [of, value] of [['a', 0.5], ['a', 0.25], ['b', 1.5], ['a', 10], ['b', 11], ['a', 0]] as const) {
    tallies.get(of)?.observe(value)
    library.observe({ of }, value)
  }
  const sorted = async (registry: Registry): Promise<string[]> => (await registry.metrics()).split('\n').map((line) => line.replace(/\{le="(.*?)",of="(.)"\}/, '{of="$2",le="$1"}')).toSorted()
  expect(await sorted(ours)).toEqual(await sorted(theirs))
  expect(await ours.metrics()).toMatch(/^x_seconds_bucket\{of="b",le="10"\} 1\nx_seconds_bucket\{of="b",le="\+Inf"\} 2\nx_seconds_sum\{of="b"\} 12.5\nx_seconds_count\{of="b"\} 2$/m)
})

it('what is there no more is told no more', async () => {
  const registry = new Registry()
  const tallies = [[{ of: 'a' }, new Tally([1])]] as [{ of: string }, Tally][]
  histogram(registry, told, [1], () => tallies)
  expect(await registry.metrics()).toContain('x_seconds_count{of="a"} 0')
  tallies.pop()
  expect(await registry.metrics()).not.toContain('x_seconds_count')
})
