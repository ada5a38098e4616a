/** How the channel protocols put bytes and their last word into WebSocket messages. Source: kubernetes apimachinery pkg/util/httpstream/wsstream; Kubernetes documentation, "WebSocket". */
import type { RawData } from 'ws'

/** The first that both sides know is taken, in the client's order. Without any, the oldest is spoken. */
export const CHANNEL_PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'v4.base64.channel.k8s.io', 'channel.k8s.io', 'base64.channel.k8s.io'] as const
export const LOG_PROTOCOLS = ['binary.k8s.io', 'base64.binary.k8s.io'] as const

export interface Framing {
  encode(channel: number, data: Uint8Array): Uint8Array | string
  /** undefined: no message of this protocol. */
  decode(raw: RawData): { readonly channel: number; readonly data: Buffer } | undefined
  /** What the error channel says at the end; undefined: nothing. */
  last(status: { readonly status?: string; readonly message?: string }): Buffer | undefined
}

const binary: Omit<Framing, 'last'> = {
  encode: (channel, data) => Buffer.concat([Uint8Array.of(channel), data]),
  decode(raw) {
    // Never an array: binaryType is nodebuffer. Python's client sends its text as text.
    const data = raw as Buffer
    return data.length ? { channel: data[0]!, data: data.subarray(1) } : undefined
  },
}
/** For clients that cannot send bytes: a digit, and then base64. */
const base64: Omit<Framing, 'last'> = {
  encode: (channel, data) => `${channel}${Buffer.from(data).toString('base64')}`,
  decode(raw) {
    const text = (raw as Buffer).toString('latin1')
    return /^\d/.test(text) ? { channel: Number(text[0]), data: Buffer.from(text.slice(1), 'base64') } : undefined
  },
}

export function framingOf(protocol: string): Framing {
  const structured = /^v[45]\./.test(protocol)
  return {
    ...(protocol.includes('base64') ? base64 : binary),
    last: (status) => (structured ? Buffer.from(JSON.stringify(status)) : status.status === 'Success' ? undefined : Buffer.from(status.message ?? '')),
  }
}
