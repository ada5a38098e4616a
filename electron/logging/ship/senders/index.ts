/** The senders by their type; each is loaded when a destination of its type is there. */
import type { DestinationType } from '../../../../shared/shipping.ts'
import type { Sender, SenderOptions } from '../types.ts'

const MAKERS: Readonly<Record<DestinationType, () => Promise<(options: SenderOptions) => Sender>>> = {
  elasticsearch: async () => (await import('./elasticsearch.ts')).elasticsearch,
  loki: async () => (await import('./loki.ts')).loki,
  fluentd: async () => (await import('./fluentd.ts')).fluentd,
  datadog: async () => (await import('./datadog.ts')).datadog,
  otlp: async () => (await import('./otlp.ts')).otlp,
  syslog: async () => (await import('./syslog.ts')).syslog,
  file: async () => (await import('./file.ts')).file,
}
export const createSender = async (type: DestinationType, options: SenderOptions): Promise<Sender> => (await MAKERS[type]())(options)
