/** The dashboard's questions to the log store, checked for their shapes; what a query says is judged by its parser. */
import { badRequest } from '../../shared/errors.ts'
import type { LogCompletionRequest, LogContextRequest, LogExportRequest, LogFollow, LogHistogramRequest, LogSearch } from '../../shared/logs/types.ts'

type Check = (value: unknown) => boolean
const string: Check = (v) => typeof v === 'string' && v.length <= 8192
const number: Check = (v) => typeof v === 'number' && Number.isFinite(v)
const oneOf = (...values: readonly string[]): Check => (v) => values.includes(v as string)
const cursor: Check = (v) => typeof v === 'object' && v !== null && ['time', 'nanos', 'id'].every((k) => number((v as Record<string, unknown>)[k]))
const order = oneOf('newest', 'oldest')

/** @param required fields that must be there */
function shape<T>(fields: Readonly<Record<string, Check>>, ...required: readonly string[]): (value: unknown) => T {
  return (value) => {
    const request = value as Record<string, unknown>
    for (const key of required) if (request[key] === undefined) throw badRequest(`${key}: Required value`)
    for (const [key, v] of Object.entries(request)) {
      if (!Object.hasOwn(fields, key)) throw badRequest(`unknown field ${JSON.stringify(key)} in the request`)
      if (v !== undefined && !fields[key]?.(v)) throw badRequest(`${key}: Invalid value: ${JSON.stringify(v)}`)
    }
    return request as T
  }
}

export const checkLogs = {
  search: shape<LogSearch>({ query: string, order, limit: number, after: cursor }, 'query'),
  follow: shape<LogFollow>({ query: string, after: number }, 'query'),
  histogram: shape<LogHistogramRequest>({ query: string, from: number, to: number, buckets: number }, 'query'),
  context: shape<LogContextRequest>({ id: number, before: number, after: number, of: oneOf('container', 'pod', 'all') }, 'id', 'before', 'after'),
  complete: shape<LogCompletionRequest>({ text: string, cursor: number }, 'text', 'cursor'),
  export: shape<LogExportRequest>({ query: string, format: oneOf('text', 'ndjson'), order, after: cursor }, 'query', 'format'),
} as const
