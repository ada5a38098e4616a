/** The values of config maps and secrets, for reading. Pure. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { AnyObject } from '../../../shared/api/meta.ts'
import type { ConfigMap, Secret } from '../../../shared/api/types.ts'

export interface Entry {
  key: string
  /** undefined: bytes that are no text. */
  text: string | undefined
  bytes: number
}
const decoder = new TextDecoder('utf-8', { fatal: true })
const encoder = new TextEncoder()

function fromBase64(key: string, value: string): Entry {
  const bytes = Uint8Array.from(atob(value), (c) => c.charCodeAt(0))
  try {
    const text = decoder.decode(bytes)
    // A zero byte means that it is not for reading, whatever it decodes to.
    return { key, bytes: bytes.length, text: text.includes('\0') ? undefined : text }
  } catch {
    return { key, bytes: bytes.length, text: undefined }
  }
}
const byKey = (a: Entry, b: Entry): number => (a.key < b.key ? -1 : 1)
export const entriesOfMap = (m: ConfigMap): Entry[] => [
  ...Object.entries(m.data ?? {}).map(([key, text]) => ({ key, text, bytes: encoder.encode(text).length })), ...Object.entries(m.binaryData ?? {}).map(([k, v]) => fromBase64(k, v)),
].sort(byKey)
export const entriesOfSecret = (s: Secret): Entry[] => Object.entries(s.data ?? {}).map(([k, v]) => fromBase64(k, v)).sort(byKey)

/** A secret by its keys alone; what kubectl apply remembered of it holds its values, too. */
export function withoutValues(s: Secret): KubeObject {
  const { data, stringData: _, ...rest } = s
  const { 'kubectl.kubernetes.io/last-applied-configuration': __, ...annotations } = s.metadata.annotations ?? {}
  return { ...rest, metadata: { ...s.metadata, annotations }, data: Object.fromEntries(Object.keys(data ?? {}).map((k) => [k, '…'])) } as AnyObject
}
