/** What can be said of each type of destination. Pure. */
import type { Destination, DestinationDraft, DestinationType } from '../../../shared/shipping.ts'
import type { Key } from '../../i18n/i18n.ts'
import type { Level } from '../../theme/theme.ts'

interface Form {
  /** An example of its address. */
  readonly address: string
  /** What `target` is, and what it is when nothing is said; absent: nothing. */
  readonly target?: { readonly label: Key; readonly usual: string }
  readonly secret?: Key
  readonly username?: boolean
  /** May be reached over TLS. */
  readonly tls?: boolean
}
export const FORMS: Readonly<Record<DestinationType, Form>> = {
  elasticsearch: { address: 'https://localhost:9200', target: { label: 'shipping.index', usual: 'pilothouse-logs' }, secret: 'shipping.passwordOrKey', username: true, tls: true },
  loki: { address: 'http://localhost:3100', target: { label: 'shipping.tenant', usual: '' }, secret: 'shipping.passwordOrToken', username: true, tls: true },
  fluentd: { address: 'localhost:24224', target: { label: 'shipping.tag', usual: 'pilothouse' }, secret: 'shipping.sharedKey' },
  datadog: { address: 'https://http-intake.logs.datadoghq.com', target: { label: 'shipping.service', usual: '' }, secret: 'shipping.apiKey', tls: true },
  otlp: { address: 'http://localhost:4318', secret: 'shipping.passwordOrToken', username: true, tls: true },
  syslog: { address: 'localhost:514', tls: true },
  file: { address: '/var/log/pilothouse.ndjson' },
}
/** Names of products, in every language. */
export const TYPE_NAMES: Readonly<Record<DestinationType, string>> = { elasticsearch: 'Elasticsearch, OpenSearch', loki: 'Loki', fluentd: 'Fluentd, Fluent Bit', datadog: 'Datadog', otlp: 'OTLP/HTTP', syslog: 'Syslog', file: '' }

export const LEVELS: Readonly<Record<Destination['state'], Level>> = { off: 'waiting', idle: 'ok', sending: 'working', failing: 'failed' }
export const newDraft = (type: DestinationType = 'elasticsearch'): DestinationDraft => ({ name: '', type, enabled: true, query: '', address: '', target: '', username: '', transport: 'tcp', insecure: false, fromStart: false })
/** What is shown of a destination is not all sent back. */
export const draftOf = ({ id, name, type, enabled, query, address, target, username, transport, insecure }: Destination): DestinationDraft => ({ id, name, type, enabled, query, address, target, username, transport, insecure })
/** Another type has another address and other words, and keeps its name and its query. */
export const withType = (draft: DestinationDraft, type: DestinationType): DestinationDraft => {
  const { secret: _, ...rest } = draft
  return { ...rest, type, address: '', target: '', username: '', transport: 'tcp', insecure: false }
}
