/** Loki: push, as JSON. Few labels, since each combination is a stream of Loki's. Source: Grafana Loki documentation, "Ingest logs". */
import { authorization, createPoster, isPassing, refusal } from '../http.ts'
import { DELIVERED, type Sender, type SenderOptions, type ShipLine } from '../types.ts'

export const nanosOf = ({ record }: ShipLine): string => (BigInt(record.time) * 1_000_000n + BigInt(record.nanos)).toString()

export function pushBody(lines: readonly ShipLine[]): string {
  const streams = new Map<string, { stream: Record<string, string>; values: [string, string][] }>()
  for (const line of lines) {
    const { record, source } = line
    const all = { job: 'pilothouse', namespace: source.namespace, pod: source.pod, container: source.container, node: source.node, workload: source.workload, stream: source.stream, level: record.level }
    const stream = Object.fromEntries(Object.entries(all).filter(([, v]) => v !== ''))
    const key = JSON.stringify(stream)
    const own = streams.get(key) ?? { stream, values: [] }
    own.values.push([nanosOf(line), record.text])
    streams.set(key, own)
  }
  return JSON.stringify({ streams: [...streams.values()] })
}

export function loki({ address, target, username, secret, insecure }: SenderOptions): Sender {
  const poster = createPoster(address, insecure)
  const headers = { 'content-type': 'application/json', ...authorization(username, secret), ...(target ? { 'x-scope-orgid': target } : {}) }
  return {
    async send(lines, signal) {
      const answer = await poster.post('/loki/api/v1/push', headers, pushBody(lines), signal)
      if (answer.status < 300) return DELIVERED
      if (isPassing(answer.status)) throw refusal(answer)
      return { rejected: lines.length, reason: refusal(answer).message }
    },
    close: async () => poster.close(),
  }
}
