import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { counter, gauge } from '../prometheus/kept.ts'
import { stampedText } from './stamped.ts'

it('each number has the time at which it was measured, if there is one', async () => {
  const registry = new Registry()
  const [a, b, c] = [{ pod: 'a' }, { pod: 'b' }, { pod: 'c' }]
  counter(registry, { name: 'x_total', help: 'All.', labelNames: ['pod'] }, () => [[a, 1], [b, 2], [c, 3]])
  gauge(registry, { name: 'now', help: 'Now.' }, () => 4)
  expect(await stampedText(registry, new Map([[a, 1_000], [c, 3_000]]))).toBe(['# HELP x_total All.', '# TYPE x_total counter', 'x_total{pod="a"} 1 1000', 'x_total{pod="b"} 2', 'x_total{pod="c"} 3 3000', '', '# HELP now Now.', '# TYPE now gauge', 'now 4', ''].join('\n'))
})
