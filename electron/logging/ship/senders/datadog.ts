/** Datadog: the logs intake. Source: Datadog API reference, "Logs: send logs". */
import { plainText } from '../../../../shared/logs/ansi.ts'
import { createPoster, isPassing, refusal } from '../http.ts'
import { DELIVERED, type Sender, type SenderOptions, type ShipLine } from '../types.ts'

export function intakeBody(lines: readonly ShipLine[], service: string): string {
  return JSON.stringify(lines.map(({ record, source }) => {
    const tags: Record<string, string> = { kube_namespace: source.namespace, pod_name: source.pod, kube_container_name: source.container, kube_workload: source.workload, stream: source.stream }
    const [, workload = ''] = source.workload.split('/')
    return {
      ddsource: 'kubernetes', ddtags: Object.entries(tags).flatMap(([k, v]) => (v ? [`${k}:${v}`] : [])).join(','), hostname: source.node || 'pilothouse', service: service || workload || source.container || source.pod,
      message: plainText(record.text), ...(record.level ? { status: record.level } : {}), timestamp: record.time,
    }
  }))
}

export function datadog({ address, target, secret, insecure }: SenderOptions): Sender {
  const poster = createPoster(address, insecure)
  return {
    async send(lines, signal) {
      const answer = await poster.post('/api/v2/logs', { 'content-type': 'application/json', 'dd-api-key': secret }, intakeBody(lines, target), signal)
      if (answer.status === 202 || answer.status === 200) return DELIVERED
      if (isPassing(answer.status)) throw refusal(answer)
      return { rejected: lines.length, reason: refusal(answer).message }
    },
    close: async () => poster.close(),
  }
}
