/** What a destination may be. */
import { isAbsolute } from 'node:path'
import { badRequest } from '../../../shared/errors.ts'
import { parseQuery } from '../../../shared/logs/query.ts'
import { DESTINATION_TYPES, FILE_FORMATS, SYSLOG_TRANSPORTS, type DestinationChoice, type DestinationDraft, type DestinationType } from '../../../shared/shipping.ts'
import { hostAndPort } from './socket.ts'

const LONGEST = 8192
const bad = (field: string, what: string): Error => badRequest(`${field}: ${what}`)

function addressFault(type: DestinationType, address: string): string | undefined {
  if (type === 'file') return isAbsolute(address) ? undefined : 'must be an absolute path'
  if (type === 'fluentd' || type === 'syslog') return hostAndPort(address) ? undefined : 'must be HOST:PORT'
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol)) return 'must be a URL with http or https'
  return url.username || url.password ? 'must not hold a password: it has a field of its own' : undefined
}

/** Throws BadRequest with the field that is wrong; unknown ones are refused. */
export function checkDraft(value: unknown): DestinationDraft {
  const d = { enabled: true, query: '', target: '', username: '', transport: 'tcp', insecure: false, ...(value as Record<string, unknown>) } as Record<string, unknown>
  const text = (field: string, least = 0): string => {
    const v = d[field]
    if (typeof v !== 'string' || v.length < least || v.length > LONGEST) throw bad(field, least ? 'Required value' : 'must be a text')
    return v
  }
  const oneOf = <T extends string>(field: string, values: readonly T[]): T => {
    if (!values.includes(d[field] as T)) throw bad(field, `Unsupported value: ${JSON.stringify(d[field])}: supported values: ${values.map((v) => JSON.stringify(v)).join(', ')}`)
    return d[field] as T
  }
  const flag = (field: string): boolean => {
    if (typeof d[field] !== 'boolean') throw bad(field, 'must be true or false')
    return d[field]
  }
  const known = new Set(['id', 'name', 'type', 'enabled', 'query', 'address', 'target', 'username', 'transport', 'insecure', 'secret', 'fromStart'])
  for (const key of Object.keys(d)) if (!known.has(key)) throw badRequest(`unknown field ${JSON.stringify(key)} in the destination`)
  const type = oneOf('type', DESTINATION_TYPES)
  const choice: DestinationChoice = {
    name: text('name', 1).trim(), type, enabled: flag('enabled'), query: text('query'), address: text('address', 1), target: text('target'), username: text('username'), transport: oneOf('transport', SYSLOG_TRANSPORTS), insecure: flag('insecure'),
  }
  if (!choice.name) throw bad('name', 'Required value')
  const fault = addressFault(type, choice.address)
  if (fault) throw bad('address', `Invalid value: ${JSON.stringify(choice.address)}: ${fault}`)
  if (type === 'file' && choice.target) oneOf('target', FILE_FORMATS)
  // A header's value, which is one line.
  for (const field of ['target', 'username', 'secret'] as const) if (d[field] !== undefined && /[\r\n\0]/.test(text(field))) throw bad(field, 'must be one line')
  try {
    parseQuery(choice.query)
  } catch (e) {
    throw bad('query', (e as Error).message)
  }
  return {
    ...choice, ...(d['id'] === undefined ? {} : { id: text('id', 1) }), ...(d['secret'] === undefined ? {} : { secret: text('secret') }), ...(d['fromStart'] === undefined ? {} : { fromStart: flag('fromStart') }),
  }
}
