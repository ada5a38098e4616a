/** What the boxes of the picture have done so far, out of their Prometheus text, and how fast. Pure. */

/** The sum of a metric's samples whose labels hold all of `labels`. */
export function sumOf(text: string, name: string, labels: Readonly<Record<string, readonly string[]>> = {}): number {
  let sum = 0
  for (const line of text.split('\n')) {
    if (!line.startsWith(name)) continue
    const after = line[name.length]
    if (after !== ' ' && after !== '{') continue
    const value = Number(line.slice(line.lastIndexOf(' ') + 1))
    const fits = Object.entries(labels).every(([k, values]) => values.some((v) => line.includes(`${k}="${v}"`)))
    if (fits && Number.isFinite(value)) sum += value
  }
  return sum
}

/** By box: how much it has done since it started. */
export interface Totals {
  apiserver: number
  etcd: number
  controllers: number
  scheduler: number
  dns: number
}
export type Box = keyof Totals

export const totalsOf = (api: string, manager: string, scheduler: string, dns: string): Totals => ({
  apiserver: sumOf(api, 'apiserver_request_total'),
  etcd: sumOf(api, 'apiserver_request_total', { verb: ['create', 'update', 'patch', 'delete', 'deletecollection', 'POST', 'PUT', 'PATCH', 'DELETE'] }),
  controllers: sumOf(manager, 'workqueue_adds_total'),
  scheduler: sumOf(scheduler, 'scheduler_bound_pods'),
  dns: sumOf(dns, 'coredns_dns_responses_total'),
})

/** Per second between two looks; nothing before there are two, and nothing negative after a restart. */
export function ratesOf(before: { at: number; totals: Totals } | undefined, now: { at: number; totals: Totals }): Partial<Totals> {
  if (!before || now.at <= before.at) return {}
  const seconds = (now.at - before.at) / 1000
  return Object.fromEntries(Object.entries(now.totals).map(([box, total]) => [box, Math.max(0, total - before.totals[box as Box]) / seconds]))
}
/** `0`, `0.4`, `12`. */
export const rateText = (rate: number): string => (rate === 0 ? '0' : rate < 10 ? String(Math.round(rate * 10) / 10) : String(Math.round(rate)))
