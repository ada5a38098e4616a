/**
 * The grammar of the tables, and their reading. A message is a line of fields, `<json name>=<number>[!]<type>`:
 *
 *     s string   b bool   i int32   l int64   d double   y bytes   q Quantity   t Time   u MicroTime
 *     o IntOrString   r RawExtension   f FieldsV1   x a list of strings wrapped in a message
 *     @Name a message of the same table   @group/version.Name a message of another
 *     *T present even when zero   []T repeated   {}T map from string   ^T a message whose fields join the outer object
 *     ! kept even when zero: JSON always shows it
 *     |@Name a message whose one field that is set (`schema`, `list`, `bool`) JSON writes without its name
 */
import { tables } from './tables/index.ts'

export type Scalar = 's' | 'b' | 'i' | 'l' | 'd' | 'y' | 'q' | 't' | 'u' | 'o' | 'r' | 'f' | 'x'

export interface Field {
  name: string
  shape: 'one' | 'list' | 'map' | 'inline'
  /** Scalars: kept when zero. */
  keepZero: boolean
  /** The message holds one of several forms, which JSON writes bare. */
  union: boolean
  scalar: Scalar | undefined
  /** For messages: reads their own fields at first use, since messages may hold themselves. */
  message: (() => Message) | undefined
}
export type Message = readonly (Field | undefined)[]

const cache = new Map<string, Message>()

/** @param name such as `core/v1.Pod`. Undefined when no table knows it. */
export function messageOf(name: string): Message | undefined {
  const known = cache.get(name)
  if (known) return known
  const [table = '', type = ''] = name.split('.')
  // The names may be a client's: what objects inherit is no table.
  const messages = Object.hasOwn(tables, table) ? tables[table] : undefined
  const line = messages && Object.hasOwn(messages, type) ? messages[type] : undefined
  if (line === undefined) return undefined
  const fields: (Field | undefined)[] = []
  for (const text of line.split(' ').filter(Boolean)) {
    const match = /^([^=]*)=(\d+)(!?)(\*?)(\[\]|\{\}|\^)?(\*?)(\|?)(.+)$/.exec(text)
    if (!match) throw new Error(`bad field ${text} in the table of ${name}`)
    const type = match[8] as string
    fields[Number(match[2])] = {
      name: match[1] as string,
      shape: match[5] === '[]' ? 'list' : match[5] === '{}' ? 'map' : match[5] === '^' ? 'inline' : 'one',
      keepZero: match[3] === '!' || match[4] === '*',
      union: match[7] === '|',
      scalar: type.startsWith('@') ? undefined : (type as Scalar),
      message: type.startsWith('@') ? referred(type.slice(1), table) : undefined,
    }
  }
  cache.set(name, fields)
  return fields
}

function referred(type: string, table: string): () => Message {
  const name = type.includes('/') ? type : `${table}.${type}`
  return () => {
    const message = messageOf(name)
    if (!message) throw new Error(`no table for message ${name}`)
    return message
  }
}
