import { describe, expect, test } from 'vitest'
import type { EndpointSlice, Ingress, Service } from '../../shared/api/types.ts'
import { targetsOf } from './endpoints.ts'
import { page } from './pages.ts'
import { compileRoutes, findBackend, secretFor, tlsSecrets } from './routes.ts'

type Path = [path: string, service: string, type?: 'Exact' | 'Prefix' | 'ImplementationSpecific']
function ingress(name: string, rules: [host: string, paths: Path[]][], more: { fallback?: string; created?: string; tls?: { hosts?: string[]; secretName: string }[] } = {}): Ingress {
  const to = (service: string) => ({ service: { name: service, port: { number: 80 } } })
  return {
    apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name, namespace: 'ns', creationTimestamp: (more.created ?? '2026-01-01T00:00:00Z') as never },
    spec: {
      ...(more.fallback ? { defaultBackend: to(more.fallback) } : {}), ...(more.tls ? { tls: more.tls } : {}),
      rules: rules.map(([host, paths]) => ({ ...(host ? { host } : {}), http: { paths: paths.map(([path, service, pathType = 'Prefix']) => ({ path, pathType, backend: to(service) })) } })),
    },
  }
}

describe('which Service answers', () => {
  const routes = compileRoutes([
    ingress('a', [['foo.example.com', [['/', 'root'], ['/api', 'api'], ['/api/v2/', 'v2'], ['/only', 'only', 'Exact'], ['/any', 'any', 'ImplementationSpecific']]], ['*.example.com', [['/', 'wild']]]], { fallback: 'own' }),
    ingress('b', [['bar.example.com', [['/x', 'x']]], ['', [['/open', 'open']]]], { created: '2026-01-02T00:00:00Z' }),
    ingress('thief', [['foo.example.com', [['/api', 'stolen']]]], { created: '2026-01-03T00:00:00Z', fallback: 'late' }),
  ])
  test.each([
    ['foo.example.com', '/', 'root'], ['FOO.example.com:8080', '/', 'root'], ['foo.example.com', '/api', 'api'], ['foo.example.com', '/api/', 'api'], ['foo.example.com', '/api/v1?x=/api/v2', 'api'],
    ['foo.example.com', '/apis', 'root'], ['foo.example.com', '/api/v2', 'v2'], ['foo.example.com', '/api/v2/deep', 'v2'], ['foo.example.com', '/api/v22', 'api'],
    ['foo.example.com', '/only', 'only'], ['foo.example.com', '/only/', 'root'], ['foo.example.com', '/any/more', 'any'],
    // A wildcard stands for one label.
    ['x.example.com', '/', 'wild'], ['x.y.example.com', '/', 'own'], ['example.com', '/', 'own'],
    // The most precise host decides, also when it has no such path.
    ['bar.example.com', '/x/y', 'x'], ['bar.example.com', '/', 'own'],
    ['elsewhere.test', '/open', 'open'], ['elsewhere.test', '/', 'own'], ['', '/open/a', 'open'],
  ])('%s%s: %s', (host, path, service) => expect(findBackend(routes, host, path)?.service).toBe(service))
  test('nobody', () => expect(findBackend(compileRoutes([ingress('a', [['foo.test', [['/x', 'x']]]])]), 'foo.test', '/y')).toBeUndefined())

  test('certificates by host', () => {
    const secrets = tlsSecrets([ingress('a', [['foo.test', []]], { tls: [{ secretName: 'all' }, { hosts: ['*.bar.test'], secretName: 'bar' }] })])
    expect(['foo.test', 'FOO.test', 'x.bar.test', 'x.y.bar.test', 'bar.test', ''].map((n) => secretFor(secrets, n))).toEqual(['ns/all', 'ns/all', 'ns/bar', undefined, undefined, undefined])
  })
})

describe('who stands behind it', () => {
  const service = (spec: object): Service => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ name: 'web', port: 80 }, { name: 'admin', port: 81 }], ...spec } }) as Service
  const slices = [{ apiVersion: '', kind: '', metadata: { name: 's' }, addressType: 'IPv4', ports: [{ name: 'web', port: 8080 }, { name: 'admin', port: 9090 }], endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }, { addresses: ['10.0.0.2'], conditions: { ready: false } }] }] as EndpointSlice[]
  test.each([
    ['by number', 80, {}, ['10.0.0.1:8080']], ['by name', 'admin', {}, ['10.0.0.1:9090']], ['no such port', 99, {}, []],
    ['an external name', 443, { type: 'ExternalName', externalName: 'example.com', ports: [] }, ['example.com:443']],
  ])('%s', (_title, port, spec, expected) => expect(targetsOf({ port }, service(spec), slices).map((t) => `${t.host}:${t.port}`)).toEqual(expected))
  test('no Service', () => expect(targetsOf({ port: 80 }, undefined, slices)).toEqual([]))
})

test('a page for browsers, a line for others; names in it are text', () => {
  expect(page(404, 'No <b>.', undefined).body).toBe('404 Not Found: No <b>.\n')
  expect(page(503, 'No <b>.', 'text/html,*/*').body).toContain('No &lt;b&gt;.')
})
