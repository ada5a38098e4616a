/** How the metrics box reaches what pods say of themselves: through the API server's proxy, as itself. */
import type { LabelSelector } from '../../shared/api/meta.ts'
import type { ApiServer, UserInfo } from '../apiserver/types.ts'
import type { Client } from '../client/types.ts'
import type { MetricsOptions } from '../metrics/index.ts'
import { readBody } from './read-body.ts'

export const METRICS_USER: UserInfo = { name: 'system:pilothouse:metrics', groups: ['system:authenticated'] }
type Custom = NonNullable<MetricsOptions['custom']>

export const podFetch = (server: ApiServer): Custom['fetch'] => async ({ metadata }, { scheme, port, path }, signal) => {
  const url = new URL(path, 'http://pod')
  const target = `/api/v1/namespaces/${metadata.namespace ?? ''}/pods/${scheme === 'https' ? 'https:' : ''}${metadata.name}:${port}/proxy${url.pathname}`
  const response = await server.handle({ method: 'GET', path: target, query: url.searchParams, headers: { accept: 'text/plain;version=0.0.4' }, signal, user: METRICS_USER, inProcess: true, remote: 'in-process' })
  const body = await readBody(response.body)
  const text = typeof body === 'string' ? body : ((body as { message?: string } | undefined)?.message ?? '')
  if (response.status !== 200) throw new Error(`${path} answered with status ${response.status}${text ? `: ${text.slice(0, 200)}` : ''}`)
  return text
}

/** The selector of a Service, or of a kind of apps. */
export const selectorOf = (client: Client): Custom['selectorOf'] => async ({ group, apiVersion, resource }, namespace, name) => {
  if (!(group === '' && resource === 'services') && group !== 'apps') return undefined
  const object = (await client.raw(`/${group ? 'apis' : 'api'}/${apiVersion.replace(/^\//, '')}/namespaces/${namespace}/${resource}/${name}`)) as { spec?: { selector?: Record<string, string> & LabelSelector } }
  const selector = object.spec?.selector
  return selector && group === '' ? { matchLabels: selector } : selector
}
