import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { counter, gauge } from './kept.ts'

it('what is kept elsewhere is read when the page is, and told as it is then', async () => {
  const registry = new Registry()
  const kept = new Map([['a', 1], ['b', 2]])
  let read = 0
  const look = () => { read++; return [...kept].map(([name, n]) => [{ name }, n] as const) }
  counter(registry, { name: 'x_total', help: 'All.', labelNames: ['name'] }, look)
  gauge(registry, { name: 'x', help: 'Now.', labelNames: ['name'] }, look)
  gauge(registry, { name: 'all', help: 'One \\ number.' }, () => kept.size)
  expect(read).toBe(0)
  await registry.metrics()
  kept.delete('a')
  kept.set('b', 5).set('c"', 0)
  expect((await registry.metrics()).split('\n')).toEqual([
    '# HELP x_total All.', '# TYPE x_total counter', 'x_total{name="b"} 5', 'x_total{name="c\\""} 0', '',
    '# HELP x Now.', '# TYPE x gauge', 'x{name="b"} 5', 'x{name="c\\""} 0', '',
    '# HELP all One \\\\ number.', '# TYPE all gauge', 'all 2', '',
  ])
  expect(read).toBe(4)
})
