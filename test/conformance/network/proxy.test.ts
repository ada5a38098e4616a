import { expect, it } from 'vitest'
import { AGNHOST, kubectl, namespace, ok } from '../cluster.ts'
import { hookServer, served } from '../api-machinery/hook-server.ts'
import { status } from './proxy-status.ts'

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']

/** A pod that answers, and a Service before it. */
async function world(): Promise<string> {
  const ns = await namespace()
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'agnhost', labels: { app: 'agnhost' } }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'agnhost', image: AGNHOST, imagePullPolicy: 'IfNotPresent', args: ['netexec', '--http-port=80'], ports: [{ containerPort: 80 }], readinessProbe: { httpGet: { path: '/healthz', port: 80 }, periodSeconds: 1 } }] } }
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'e2e-proxy-test-service' }, spec: { selector: { app: 'agnhost' }, ports: [{ port: 80, targetPort: 80 }] } }
  await ok(['create', '-n', ns, '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [pod, service] }) })
  await ok(['wait', '-n', ns, '--for=condition=Ready', 'pod/agnhost', '--timeout=60s'])
  await served(ns, 'e2e-proxy-test-service')
  return ns
}
/** Each method's status, by the raw path. */
async function statuses(path: string): Promise<Record<string, number>> {
  return Object.fromEntries(await Promise.all(METHODS.map(async (method) => [method, await status(method, path)] as const)))
}
const all = (code: number): Record<string, number> => Object.fromEntries(METHODS.map((m) => [m, code]))

it('Proxy responses', async () => {
  const ns = await world()
  for (const target of ['pods/agnhost', 'services/e2e-proxy-test-service']) {
    const base = `/api/v1/namespaces/${ns}/${target}/proxy`
    expect(await statuses(`${base}/echo?msg=x`)).toEqual(all(200))
    // Without the slash one is led to the root.
    expect(await status('GET', base)).toBe(301)
  }
  expect((await kubectl(['get', '--raw', `/api/v1/namespaces/${ns}/pods/agnhost/proxy/echo?msg=hello`])).stdout).toBe('hello')
})

it('ProxyWithPath responses', async () => {
  const ns = await world()
  for (const target of ['pods/agnhost:80', 'pods/http:agnhost:80', 'services/e2e-proxy-test-service:80', 'services/http:e2e-proxy-test-service:80']) {
    const base = `/api/v1/namespaces/${ns}/${target}/proxy`
    expect(await statuses(`${base}/echo?msg=some/path/with`)).toEqual(all(200))
    expect(await statuses(`${base}/some/path/with/GET`)).toEqual(all(404))
  }
})

it('proxy through service and pod', async () => {
  const plain = await world()
  const secure = (await hookServer()).home
  const at = (ns: string, target: string): string => `/api/v1/namespaces/${ns}/${target}/proxy`
  const paths = [
    ...['services/e2e-proxy-test-service', 'services/e2e-proxy-test-service:80', 'services/http:e2e-proxy-test-service:80', 'pods/agnhost', 'pods/agnhost:80', 'pods/http:agnhost:80'].map((t) => `${at(plain, t)}/healthz`),
    ...['services/https:e2e-test-webhook:8443', 'pods/https:webhook:8444'].map((t) => `${at(secure, t)}/readyz`),
  ]
  // Many at a time, each answered by what stands behind it.
  const answers = await Promise.all(paths.flatMap((path) => Array.from({ length: 5 }, async () => (await kubectl(['get', '--raw', path])).stdout)))
  expect(answers).toEqual(answers.map(() => 'ok'))
  expect(await status('GET', `${at(plain, 'services/e2e-proxy-test-service:81')}/healthz`)).toBe(503)
})
