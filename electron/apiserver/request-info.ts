/**
 * What a request asks for, read from its method, path and query alone.
 * Source: Kubernetes documentation, "Authorization: determine the request verb", and "API concepts: resource URIs".
 */
import { badRequest } from '../../shared/errors.ts'
import type { ApiRequest } from './types.ts'

export interface RequestInfo {
  readonly isResource: boolean
  readonly verb: string
  readonly group: string
  readonly version: string
  readonly namespace: string
  readonly resource: string
  readonly subresource: string
  readonly name: string
  readonly path: string
  /** Of a proxy: the path behind it, as it came; '' or with a leading slash. */
  readonly rest?: string
}

/** Words that follow `namespaces/NAME/` and are subresources of the namespace, not resources inside it. */
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize'])
const VERBS: Readonly<Record<string, string>> = { GET: 'get', HEAD: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete', OPTIONS: 'get' }

/** True for all but `0` and `false`, however it is spelt (Python's is `False`); for a parameter without a value, too. Source: Kubernetes' conversion of query parameters. */
export const isTrue = (value: string | null): boolean => value !== null && value !== '0' && value.toLowerCase() !== 'false'

/** A whole number of 64 bits; undefined: not given. Throws BadRequest, in the words of Go's parser. */
export function integerOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  const fault = !/^[-+]?\d+$/.test(text) ? 'invalid syntax' : BigInt.asIntN(64, BigInt(text)) === BigInt(text) ? undefined : 'value out of range'
  if (fault) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: ${fault}`)
  return Number(text)
}

function unescape(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    throw badRequest(`invalid URL escape in ${JSON.stringify(segment)}`)
  }
}

function nonResource(request: ApiRequest): RequestInfo {
  const verb = request.method.toLowerCase()
  return { isResource: false, verb, group: '', version: '', namespace: '', resource: '', subresource: '', name: '', path: request.path }
}

/** The name in a `metadata.name=NAME` field selector: authorization sees a list of one object as that object. */
function selectedName(query: URLSearchParams): string {
  const selector = query.get('fieldSelector')
  return (selector && /(?:^|,)metadata\.name==?([^,=!\\]+)(?:,|$)/.exec(selector)?.[1]) || ''
}

/** Throws BadRequest for a path that cannot be unescaped. */
export function requestInfo(request: ApiRequest): RequestInfo {
  const parts = request.path.split('/')
  // parts[0] is what stands before the first slash: nothing.
  const core = parts[1] === 'api'
  const first = core ? 3 : 4
  if ((!core && parts[1] !== 'apis') || parts.length <= first || parts[first] === '') return nonResource(request)
  let verb = VERBS[request.method] ?? ''
  let at = first
  const end = parts[parts.length - 1] === '' ? parts.length - 1 : parts.length
  let watching = false
  // The old form /api/v1/watch/…
  if (parts[at] === 'watch' && end > at + 1) {
    watching = true
    at++
  }
  let namespace = ''
  let resource = parts[at] ?? ''
  if (resource === 'namespaces' && end > at + 1) {
    namespace = unescape(parts[at + 1] ?? '')
    const next = parts[at + 2]
    if (next !== undefined && end > at + 2 && !NAMESPACE_SUBRESOURCES.has(next)) {
      at += 2
      resource = next
    }
  }
  const name = end > at + 1 ? unescape(parts[at + 1] ?? '') : ''
  const proxied = parts[at + 2] === 'proxy'
  const subresource = proxied ? 'proxy' : end > at + 2 ? parts.slice(at + 2, end).map(unescape).join('/') : ''
  let asked = name
  if (verb === 'get') {
    if (watching || (name === '' && isTrue(request.query.get('watch')))) verb = 'watch'
    else if (name === '') verb = 'list'
    if (name === '') asked = selectedName(request.query)
  } else if (verb === 'delete' && name === '') {
    verb = 'deletecollection'
    asked = selectedName(request.query)
  }
  const info = {
    isResource: true, verb, group: core ? '' : unescape(parts[2] ?? ''), version: (core ? parts[2] : parts[3]) ?? '', namespace,
    resource: unescape(resource), subresource, name: asked, path: request.path,
  }
  return proxied ? { ...info, rest: parts.slice(at + 3).map((part) => `/${part}`).join('') } : info
}

const STREAMS = new Set(['exec', 'attach', 'portforward', 'log', 'proxy'])
/** Asks for something that goes on for as long as both sides like: it is neither timed nor does it hold a seat. */
export const isStream = ({ isResource, subresource }: RequestInfo): boolean => isResource && STREAMS.has(subresource)
/** Streams and watches. */
export const isLongRunning = (info: RequestInfo): boolean => info.verb === 'watch' || isStream(info)
