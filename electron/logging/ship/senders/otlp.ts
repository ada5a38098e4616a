/** OTLP over HTTP, as JSON. Sources: OpenTelemetry Protocol specification; semantic conventions for Kubernetes. */
import { plainText } from '../../../../shared/logs/ansi.ts'
import type { LogLevel, LogSource } from '../../../../shared/logs/types.ts'
import { authorization, createPoster, isPassing, refusal } from '../http.ts'
import { DELIVERED, type Sender, type SenderOptions, type ShipLine } from '../types.ts'
import { nanosOf } from './loki.ts'

/** The first number of each range. */
const SEVERITIES: Readonly<Record<LogLevel, number>> = { '': 0, trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 }
const attributes = (values: Readonly<Record<string, string>>): object[] => Object.entries(values).flatMap(([key, stringValue]) => (stringValue ? [{ key, value: { stringValue } }] : []))

function resourceOf(source: LogSource): object[] {
  const [kind = '', name = ''] = source.workload.split('/')
  return attributes({
    'service.name': name || source.container || source.pod, 'k8s.namespace.name': source.namespace, 'k8s.pod.name': source.pod, 'k8s.pod.uid': source.podUid, 'k8s.container.name': source.container, 'k8s.node.name': source.node,
    ...(name ? { [`k8s.${kind.toLowerCase()}.name`]: name } : {}), ...Object.fromEntries(Object.entries(source.labels).map(([k, v]) => [`k8s.pod.label.${k}`, v])),
  })
}
export function exportBody(lines: readonly ShipLine[]): string {
  const resources = new Map<LogSource, ShipLine[]>()
  for (const line of lines) resources.set(line.source, [...(resources.get(line.source) ?? []), line])
  return JSON.stringify({
    resourceLogs: [...resources].map(([source, own]) => ({
      resource: { attributes: resourceOf(source) },
      scopeLogs: [{
        scope: { name: 'pilothouse' },
        logRecords: own.map((l) => ({
          timeUnixNano: nanosOf(l), observedTimeUnixNano: nanosOf(l), body: { stringValue: plainText(l.record.text) }, attributes: attributes({ 'log.iostream': source.stream, 'log.record.uid': String(l.record.id) }),
          ...(l.record.level ? { severityNumber: SEVERITIES[l.record.level], severityText: l.record.level.toUpperCase() } : {}),
        })),
      }],
    })),
  })
}

export function otlp({ address, username, secret, insecure }: SenderOptions): Sender {
  const poster = createPoster(address, insecure)
  const headers = { 'content-type': 'application/json', ...authorization(username, secret) }
  return {
    async send(lines, signal) {
      const answer = await poster.post('/v1/logs', headers, exportBody(lines), signal)
      if (answer.status >= 300) {
        if (isPassing(answer.status)) throw refusal(answer)
        return { rejected: lines.length, reason: refusal(answer).message }
      }
      const { partialSuccess } = (answer.text ? JSON.parse(answer.text) : {}) as { partialSuccess?: { rejectedLogRecords?: number | string; errorMessage?: string } }
      const rejected = Number(partialSuccess?.rejectedLogRecords ?? 0)
      return rejected > 0 ? { rejected, reason: partialSuccess?.errorMessage ?? '' } : DELIVERED
    },
    close: async () => poster.close(),
  }
}
