/**
 * JSON objects as Kubernetes' protobuf, by the tables that decode it. As with JSON, the bytes of an object stay with it, and a
 * list joins those of its items. Source of the envelope and of the frames of a watch: Kubernetes API concepts, "Protobuf encoding".
 */
import type { WatchEvent } from '../../../../shared/api/meta.ts'
import { isRecord } from '../../json.ts'
import { messageName } from './decode.ts'
import { messageOf, type Field, type Message, type Scalar } from './fields.ts'
import { Writer } from './writer.ts'

const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00])
const known = new WeakMap<object, Buffer>()
const envelopes = new WeakMap<object, Buffer>()
const frames = new WeakMap<object, Buffer>()

interface Typed {
  readonly kind?: string
  readonly apiVersion?: string
  readonly items?: unknown
}

const tableOf = ({ kind = '', apiVersion = '' }: Typed): Message | undefined => messageOf(messageName(apiVersion, kind))

/** Whether a table knows the kind. Of custom resources none does. */
export const hasProtobuf = (apiVersion: string, kind: string): boolean => tableOf({ apiVersion, kind }) !== undefined

function writeMessage(out: Writer, message: Message, value: Record<string, unknown>): void {
  for (let number = message.length - 1; number > 0; number--) {
    const field = message[number]
    if (!field) continue
    if (field.shape === 'inline') {
      const mark = out.mark
      writeMessage(out, (field.message as () => Message)(), value)
      out.head(number, mark)
      continue
    }
    const part = value[field.name]
    if (part === undefined || part === null) continue
    if (field.shape === 'map') writeMap(out, number, field, part as Record<string, unknown>)
    else if (field.shape === 'list') for (let i = (part as unknown[]).length - 1; i >= 0; i--) writeField(out, number, field, (part as unknown[])[i])
    else writeField(out, number, field, part)
  }
}

function writeMap(out: Writer, number: number, field: Field, value: Record<string, unknown>): void {
  for (const key of Object.keys(value).reverse()) {
    const mark = out.mark
    writeField(out, 2, field, value[key])
    const start = out.mark
    out.text(key)
    out.head(1, start)
    out.head(number, mark)
  }
}

function writeField(out: Writer, number: number, field: Field, value: unknown): void {
  if (!field.message) {
    writeScalar(out, number, field.scalar as Scalar, value)
    return
  }
  const mark = out.mark
  writeMessage(out, field.message(), (field.union ? wrapped(value) : (value ?? {})) as Record<string, unknown>)
  out.head(number, mark)
}

/** A value that JSON writes bare, as the message which holds one of its forms. */
const wrapped = (value: unknown): object => (Array.isArray(value) ? { list: value } : typeof value === 'boolean' ? { bool: value } : { schema: value, bool: true })

function writeScalar(out: Writer, number: number, type: Scalar, value: unknown): void {
  switch (type) {
    case 'b':
      out.varint(value === true ? 1 : 0)
      out.tag(number, 0)
      return
    case 'i':
    case 'l':
      out.varint(value as number)
      out.tag(number, 0)
      return
    case 'd':
      out.double(Number(value))
      out.tag(number, 1)
      return
  }
  const mark = out.mark
  switch (type) {
    case 's':
      out.text(value as string)
      break
    case 'y':
      out.raw(Buffer.from(value as string, 'base64'))
      break
    case 'q':
      inner(out, () => out.text(String(value)))
      break
    case 't':
    case 'u':
      // The zero time has no bytes; in a map it is null.
      if (value) writeTime(out, value as string)
      break
    case 'o':
      writeIntOrString(out, value as number | string)
      break
    case 'x':
      for (const text of [...((value ?? []) as string[])].reverse()) inner(out, () => out.text(text))
      break
    case 'r':
    case 'f':
      if (value !== undefined && value !== null) inner(out, () => out.text(JSON.stringify(value)))
  }
  out.head(number, mark)
}

/** The first field of a message. */
function inner(out: Writer, write: () => void): void {
  const mark = out.mark
  write()
  out.head(1, mark)
}

function writeTime(out: Writer, text: string): void {
  out.varint(Number((/\.(\d{1,9})/.exec(text)?.[1] ?? '').padEnd(9, '0')))
  out.tag(2, 0)
  out.varint(Math.floor(Date.parse(text) / 1000))
  out.tag(1, 0)
}

function writeIntOrString(out: Writer, value: number | string): void {
  const isText = typeof value === 'string'
  const mark = out.mark
  out.text(isText ? value : '')
  out.head(3, mark)
  out.varint(isText ? 0 : value)
  out.tag(2, 0)
  out.varint(isText ? 1 : 0)
  out.tag(1, 0)
}

function messageBytes(value: object, message: Message): Buffer {
  let bytes = known.get(value)
  if (!bytes) {
    const out = new Writer()
    writeMessage(out, message, value as Record<string, unknown>)
    known.set(value, (bytes = out.done()))
  }
  return bytes
}

/** A list's items are of one kind, whose bytes each item keeps. */
function listBytes(list: Typed, message: Message, items: () => Message): Buffer {
  const out = new Writer()
  for (const item of [...(list.items as object[])].reverse()) {
    const mark = out.mark
    out.raw(messageBytes(item, items()))
    out.head(2, mark)
  }
  writeMessage(out, message, { ...list, items: undefined })
  return out.done()
}

/** `k8s\0` and the object with its type. @throws Error for a kind without a table: ask hasProtobuf first */
export function encodeProtobuf(value: object): Buffer {
  let bytes = envelopes.get(value)
  if (bytes) return bytes
  const typed = value as Typed
  const message = tableOf(typed)
  if (!message) throw new Error(`no table for ${typed.apiVersion} ${typed.kind}`)
  const isList = Array.isArray(typed.items) && typed.kind?.endsWith('List') === true
  const items = message[2]?.message
  const raw = isList && items ? listBytes(typed, message, items) : messageBytes(value, message)
  const out = new Writer()
  // Encoding and content type of what is inside: nothing said.
  for (const number of [4, 3]) out.head(number, out.mark)
  const mark = out.mark
  out.raw(raw)
  out.head(2, mark)
  const type = out.mark
  for (const [number, text] of [[2, typed.kind], [1, typed.apiVersion]] as const) {
    const start = out.mark
    out.text(text ?? '')
    out.head(number, start)
  }
  out.head(1, type)
  out.raw(MAGIC)
  bytes = out.done()
  if (!isList) envelopes.set(value, bytes)
  return bytes
}

/** One frame of a watch: four bytes of length, then a WatchEvent without envelope around an object with one. */
export function encodeProtobufEvent(event: WatchEvent): Buffer {
  let frame = frames.get(event)
  if (frame) return frame
  const out = new Writer()
  const object = out.mark
  inner(out, () => out.raw(encodeProtobuf(event.object)))
  out.head(2, object)
  inner(out, () => out.text(event.type))
  const size = Buffer.alloc(4)
  size.writeUInt32BE(out.mark)
  out.raw(size)
  frames.set(event, (frame = out.done()))
  return frame
}

/** Of whatever is about to be answered: can it go as protobuf? */
export const canBeProtobuf = (value: unknown): boolean => isRecord(value) && tableOf(value) !== undefined
