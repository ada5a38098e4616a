/** Where logs are forwarded to, as the dashboard sets it up and sees how it goes. */

export const DESTINATION_TYPES = ['elasticsearch', 'loki', 'fluentd', 'datadog', 'otlp', 'syslog', 'file'] as const
export type DestinationType = (typeof DESTINATION_TYPES)[number]
export const SYSLOG_TRANSPORTS = ['tcp', 'udp', 'tls'] as const
export type SyslogTransport = (typeof SYSLOG_TRANSPORTS)[number]
export const FILE_FORMATS = ['ndjson', 'text'] as const
export const MAX_DESTINATIONS = 20

/** What can be chosen of a destination, but its secret. */
export interface DestinationChoice {
  readonly name: string
  readonly type: DestinationType
  readonly enabled: boolean
  /** In the language of logs; `''`: all lines. */
  readonly query: string
  /** A URL; for fluentd and syslog `HOST:PORT`; for a file its absolute path. */
  readonly address: string
  /** elasticsearch: index; loki: tenant; fluentd: tag; datadog: service; file: one of FILE_FORMATS. `''`: the usual. */
  readonly target: string
  /** For elasticsearch, loki and otlp, with the secret as its password; without a user the secret is a token. */
  readonly username: string
  /** For syslog. */
  readonly transport: SyslogTransport
  /** Takes any certificate of the other side. */
  readonly insecure: boolean
}
export interface DestinationDraft extends DestinationChoice {
  /** Absent: a new one. */
  readonly id?: string
  /** Absent: as it is; `''`: none. Password, token, API key (datadog), shared key (fluentd). */
  readonly secret?: string
  /** Of a new one: also what is stored already. */
  readonly fromStart?: boolean
}
export interface Destination extends DestinationChoice {
  readonly id: string
  /** There is one; it is never shown. */
  readonly hasSecret: boolean
  /** `idle`: all is delivered. `failing`: the last attempt failed, and there will be another. */
  readonly state: 'off' | 'idle' | 'sending' | 'failing'
  /** Lines that have not been looked at yet. */
  readonly behind: number
  readonly sent: number
  /** Lines that went out of the store before they could be sent. */
  readonly lost: number
  /** Lines that the other side refused for good. */
  readonly rejected: number
  /** What went wrong last; `''`: nothing since it went well. */
  readonly error: string
  /** Milliseconds since 1970; 0: never. */
  readonly lastSent: number
}
