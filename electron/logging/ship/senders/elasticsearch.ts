/**
 * Elasticsearch and OpenSearch: the bulk API. A line has an id of its own, and is created and never overwritten, so that one
 * that is sent twice is there once. Source: Elasticsearch Guide, "Bulk API".
 */
import { plainText } from '../../../../shared/logs/ansi.ts'
import { formatNanos } from '../../../../shared/logs/time.ts'
import { authorization, createPoster, isPassing, refusal } from '../http.ts'
import { DELIVERED, type Sender, type SenderOptions, type ShipLine } from '../types.ts'

export const INDEX = 'pilothouse-logs'
interface BulkAnswer {
  readonly errors?: boolean
  readonly items?: readonly { readonly create?: { readonly status: number; readonly error?: { readonly type?: string; readonly reason?: string } } }[]
}

export function documentOf({ record, source }: ShipLine): object {
  // A label `app` beside `app.kubernetes.io/name` would be a text and an object at once.
  const labels = Object.fromEntries(Object.entries(source.labels).map(([k, v]) => [k.replaceAll('.', '_'), v]))
  return {
    '@timestamp': formatNanos(record.time, record.nanos), message: plainText(record.text), ...(record.level ? { level: record.level } : {}), stream: source.stream, log_id: record.id,
    kubernetes: { namespace_name: source.namespace, pod_name: source.pod, pod_id: source.podUid, container_name: source.container, host: source.node, workload: source.workload, restart: source.restart, labels },
  }
}
export function bulkBody(lines: readonly ShipLine[], index: string, clusterId: string): string {
  return lines.map((l) => `${JSON.stringify({ create: { _index: index, _id: `${clusterId}-${l.record.id}` } })}\n${JSON.stringify(documentOf(l))}\n`).join('')
}

export function elasticsearch({ address, target, username, secret, insecure, clusterId }: SenderOptions): Sender {
  const poster = createPoster(address, insecure)
  // A token of Elasticsearch's own kind, when there is no user.
  const headers = { 'content-type': 'application/x-ndjson', ...(username || !secret ? authorization(username, secret) : { authorization: `ApiKey ${secret}` }) }
  return {
    async send(lines, signal) {
      const answer = await poster.post('/_bulk', headers, bulkBody(lines, target || INDEX, clusterId), signal)
      if (answer.status !== 200) {
        if (isPassing(answer.status)) throw refusal(answer)
        return { rejected: lines.length, reason: refusal(answer).message }
      }
      const { errors, items = [] } = JSON.parse(answer.text) as BulkAnswer
      if (!errors) return DELIVERED
      const failed = items.flatMap(({ create }) => (create && create.status >= 300 && create.status !== 409 ? [create] : []))
      // What is there already is sent again with the rest, and stays as it is.
      const busy = failed.find((f) => isPassing(f.status))
      if (busy) throw new Error(`${busy.error?.type ?? `status ${busy.status}`}: ${busy.error?.reason ?? ''}`)
      return failed.length ? { rejected: failed.length, reason: `${failed[0]?.error?.type ?? ''}: ${failed[0]?.error?.reason ?? ''}` } : DELIVERED
    },
    close: async () => poster.close(),
  }
}
