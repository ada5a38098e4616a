/** Impersonation and authorization of a request. Source: Kubernetes documentation, "User impersonation" and "Authorization". */
import { failure, forbidden } from '../../shared/errors.ts'
import type { RequestInfo } from './request-info.ts'
import type { ApiRequest, Attributes, Authorizer, UserInfo } from './types.ts'

const EXTRA = 'impersonate-extra-'
const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/

const ask = (user: UserInfo, verb: string, group: string, resource: string, subresource: string, name: string, namespace: string): Attributes =>
  ({ user, verb, group, version: 'v1', resource, subresource, name, namespace, path: '' })

function denied(attributes: Attributes, reason: string): Error {
  const { user, verb, group, resource, subresource, name, namespace, path } = attributes
  const tail = reason ? `: ${reason}` : ''
  if (!resource) return failure(403, 'Forbidden', `forbidden: User ${JSON.stringify(user.name)} cannot ${verb} path ${JSON.stringify(path)}${tail}`, {})
  const what = subresource ? `${resource}/${subresource}` : resource
  const where = namespace ? `in the namespace ${JSON.stringify(namespace)}` : 'at the cluster scope'
  return forbidden({ group, resource }, name, `User ${JSON.stringify(user.name)} cannot ${verb} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}${tail}`)
}

/** Answers why it is allowed. Throws Forbidden. */
function demand(authorizer: Authorizer, attributes: Attributes): string {
  const decision = authorizer.authorize(attributes)
  if (!decision.allowed) throw denied(attributes, decision.reason)
  return decision.reason
}

/** The values of a header that may be there several times. */
const valuesOf = ({ headers, valuesOf: each }: ApiRequest, header: string): string[] => [...(each?.(header) ?? (headers[header] ?? '').split(',').map((value) => value.trim()))].filter(Boolean)

/** A key that cannot be unescaped is taken as it stands. */
function unescapeKey(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    return key
  }
}

/** The user whom the request acts as. Throws Forbidden when the caller may not act so. */
export function effectiveUser(request: ApiRequest, authorizer: Authorizer | undefined): UserInfo {
  const { headers, user } = request
  const name = headers['impersonate-user']
  const groups = valuesOf(request, 'impersonate-group')
  const uid = headers['impersonate-uid']
  const extras = Object.keys(headers).filter((h) => h.startsWith(EXTRA))
  if (!name && !groups.length && !uid && !extras.length) return user
  if (!name) throw failure(500, 'InternalError', 'Internal error occurred: requested impersonation without impersonating a user')
  const account = SERVICE_ACCOUNT.exec(name)
  const extra: Record<string, string[]> = {}
  if (authorizer) {
    demand(authorizer, account ? ask(user, 'impersonate', '', 'serviceaccounts', '', account[2] ?? '', account[1] ?? '') : ask(user, 'impersonate', '', 'users', '', name, ''))
    for (const group of groups) demand(authorizer, ask(user, 'impersonate', '', 'groups', '', group, ''))
    if (uid) demand(authorizer, ask(user, 'impersonate', 'authentication.k8s.io', 'uids', '', uid, ''))
  }
  for (const header of extras) {
    const key = unescapeKey(header.slice(EXTRA.length))
    const values = valuesOf(request, header)
    extra[key] = values
    if (authorizer) for (const value of values) demand(authorizer, ask(user, 'impersonate', 'authentication.k8s.io', 'userextras', key, value, ''))
  }
  const all = new Set(groups)
  // Whose groups are known gets them, unless the caller says which.
  if (account && !groups.length) {
    all.add('system:serviceaccounts')
    all.add(`system:serviceaccounts:${account[1] ?? ''}`)
  }
  if (name === 'system:anonymous') all.add('system:unauthenticated')
  else if (!all.has('system:unauthenticated')) all.add('system:authenticated')
  return { name, groups: [...all], ...(uid ? { uid } : {}), ...(extras.length ? { extra } : {}) }
}

/** Answers why it is allowed. Throws Forbidden. */
export function authorize(info: RequestInfo, user: UserInfo, authorizer: Authorizer | undefined, fieldSelector?: string | null): string {
  if (!authorizer) return ''
  const { verb, group, version, resource, subresource, name, namespace } = info
  return demand(authorizer, { user, verb, group, version, resource, subresource, name, namespace, path: info.isResource ? '' : info.path, ...(fieldSelector ? { fieldSelector } : {}) })
}
