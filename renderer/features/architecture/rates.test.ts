import { expect, it } from 'vitest'
import { rateText, ratesOf, sumOf, type Totals } from './rates.ts'

const text = `# HELP apiserver_request_total Requests.
# TYPE apiserver_request_total counter
apiserver_request_total{verb="get",resource="pods"} 7
apiserver_request_total{verb="create",resource="pods"} 3
apiserver_request_total_other{verb="get"} 100
plain 5
bad NaN
`
it.each([
  ['apiserver_request_total', {}, 10], ['apiserver_request_total', { verb: ['create', 'delete'] }, 3], ['plain', {}, 5], ['bad', {}, 0], ['nothing', {}, 0],
])('%s with %j is %d', (name, labels, sum) => {
  expect(sumOf(text, name, labels)).toBe(sum)
})
it('tells how fast from two looks', () => {
  const look = (at: number, apiserver: number): { at: number; totals: Totals } => ({ at, totals: { apiserver, etcd: 0, controllers: 0, scheduler: 5, dns: 0 } })
  expect(ratesOf(undefined, look(0, 0))).toEqual({})
  expect(ratesOf(look(1000, 10), look(3000, 30))).toMatchObject({ apiserver: 10, scheduler: 0 })
  expect(ratesOf(look(1000, 10), look(3000, 0)).apiserver).toBe(0)
})
it.each([[0, '0'], [0.44, '0.4'], [9.96, '10'], [123.4, '123']])('%d is %s', (rate, words) => {
  expect(rateText(rate)).toBe(words)
})
