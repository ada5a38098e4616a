import { describe, expect, it } from 'vitest'
import { requestInfo } from './request-info.ts'
import { labelKey, requestLabels } from './request-labels.ts'
import type { ApiRequest } from './types.ts'

const labels = (method: ApiRequest['method'], url: string, headers = {}, served = true): object => {
  const [path = '', query] = url.split('?')
  const request = { method, path, query: new URLSearchParams(query), headers }
  return requestLabels(request, requestInfo(request as ApiRequest), served)
}

describe('the labels of a request', () => {
  it.each([
    ['GET', '/api/v1/pods', { verb: 'LIST', group: '', version: 'v1', resource: 'pods', scope: 'cluster' }],
    ['GET', '/api/v1/namespaces/a/pods', { verb: 'LIST', scope: 'namespace' }],
    ['GET', '/api/v1/namespaces/a/pods/b', { verb: 'GET', scope: 'resource' }],
    ['GET', '/apis/apps/v1/deployments?watch=true', { verb: 'WATCH', group: 'apps', scope: 'cluster' }],
    ['POST', '/apis/apps/v1/namespaces/a/deployments?dryRun=All', { verb: 'POST', scope: 'resource', dry_run: 'All' }],
    ['PUT', '/apis/apps/v1/namespaces/a/deployments/b/status', { verb: 'PUT', subresource: 'status' }],
    ['DELETE', '/api/v1/namespaces/a/pods', { verb: 'DELETECOLLECTION', scope: 'namespace' }],
    ['DELETE', '/api/v1/namespaces/a/pods/b', { verb: 'DELETE', scope: 'resource' }],
    ['POST', '/api/v1/namespaces/a/pods/b/exec', { verb: 'CONNECT', subresource: 'exec', scope: 'resource' }],
    ['GET', '/api/v1/nodes/n/proxy/metrics', { verb: 'CONNECT', subresource: 'proxy' }],
    ['GET', '/api/v1/namespaces/a/pods/b/log', { verb: 'GET', subresource: 'log' }],
    ['GET', '/readyz', { verb: 'GET', group: '', version: '', resource: '', subresource: '/readyz', scope: '' }],
    ['GET', '/metrics', { verb: 'GET', subresource: '' }],
  ] as const)('%s %s', (method, url, wanted) => expect(labels(method, url)).toMatchObject({ component: 'apiserver', ...wanted }))

  it('tell an apply from a patch', () => {
    const url = '/api/v1/namespaces/a/configmaps/b'
    expect(labels('PATCH', url, { 'content-type': 'application/merge-patch+json' })).toMatchObject({ verb: 'PATCH' })
    expect(labels('PATCH', url, { 'content-type': 'application/apply-patch+yaml' })).toMatchObject({ verb: 'APPLY' })
  })
  it('do not repeat what somebody thought of: resources, subresources, paths', () => {
    expect(labels('GET', '/apis/x/v1/namespaces/a/odd/b', {}, false)).toMatchObject({ verb: 'GET', group: '', version: '', resource: '', scope: 'resource' })
    expect(labels('GET', '/api/v1/namespaces/a/pods/b/odd')).toMatchObject({ resource: 'pods', subresource: '' })
    expect(labels('GET', '/odd')).toMatchObject({ subresource: '' })
  })
  it('of a path that cannot be read are the method', () => {
    expect(requestLabels({ method: 'GET', headers: {}, query: new URLSearchParams() }, undefined, false)).toMatchObject({ verb: 'GET', resource: '' })
  })
})

it('requests with the same key have the same labels', () => {
  const byKey = new Map<string, object>()
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const) for (const group of ['api/v1', 'apis/apps/v1', 'apis/apps/v2']) for (const namespace of ['', 'namespaces/a/']) for (const rest of ['pods', 'pods/b', 'pods/b/exec', 'pods/b/odd', 'pods/b/status', 'healthz']) for (const query of ['', 'dryRun=All', 'watch=1']) for (const type of ['application/json', 'application/apply-patch+yaml']) for (const served of [true, false]) {
    const path = rest === 'healthz' ? '/healthz' : `/${group}/${namespace}${rest}`
    const request = { method, path, query: new URLSearchParams(query), headers: { 'content-type': type } }
    const info = requestInfo(request as unknown as ApiRequest)
    const [key, found] = [labelKey(request, info, served), requestLabels(request, info, served)]
    expect(byKey.get(key) ?? found, key).toEqual(found)
    byKey.set(key, found)
  }
  expect(byKey.size).toBeGreaterThan(50)
})
