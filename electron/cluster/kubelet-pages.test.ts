import { expect, it } from 'vitest'
import { kubeletPage, type PageSources } from './kubelet-pages.ts'

const sources = (healthy: boolean): PageSources => ({ metrics: async (path) => `text of ${path}`, summary: (node) => ({ node: { nodeName: node } }), resource: async (node) => `resources of ${node}`, logs: { export: async ({ query, after }) => (after ? { text: 'two\n', lines: 1 } : { text: `${query}\n`, lines: 1, next: { time: 1, nanos: 0, id: 1 } }) }, health: () => ({ healthy, message: 'no engine' }), configuration: (node) => ({ maxPods: node.length }), pods: () => [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [] } }], probes: async (node) => `probes of ${node}` })

it.each([
  ['/healthz', true, { status: 200, text: 'ok' }], ['/healthz', false, { status: 500, text: 'no engine' }],
  ['/healthz/ping', false, { status: 200, text: 'ok' }], ['/healthz/syncloop', false, { status: 500 }], ['/configz', true, { contentType: 'application/json', text: '{"kubeletconfig":{"maxPods":1}}' }],
  ['/pods', true, { contentType: 'application/json', text: '{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[{"metadata":{"name":"p"},"spec":{"containers":[]}}]}' }],
  ['/metrics', true, { status: 200, contentType: expect.stringContaining('text/plain') as string, text: 'text of kubelet/n' }],
  ['/metrics/resource', true, { contentType: expect.stringContaining('version=0.0.4') as string, text: 'resources of n' }],
  ['/logs', true, { contentType: 'text/html; charset=utf-8', text: '<pre>\n<a href="kubelet.log">kubelet.log</a>\n<a href="kube-proxy.log">kube-proxy.log</a>\n</pre>\n' }],
  ['/healthz/log', false, { status: 200, text: 'ok' }],
  ['/metrics/probes', true, { contentType: expect.stringContaining('version=0.0.4') as string, text: 'probes of n' }],
  ['/metrics/cadvisor', true, { text: 'text of cadvisor/n' }], ['/stats/summary', true, { contentType: 'application/json', text: '{"node":{"nodeName":"n"}}' }],
])('%s', async (path, healthy, expected) => expect(await kubeletPage(sources(healthy), 'n', path)).toMatchObject(expected))
it('what the kubelets have logged', async () => {
  const page = await kubeletPage(sources(true), 'n', '/logs/kubelet.log')
  if (!page || !('stream' in page)) throw new Error('no stream')
  expect(page).toMatchObject({ status: 200, contentType: 'text/plain; charset=utf-8' })
  expect((await page.stream.toArray()).map(String)).toEqual(['stream:component component:kubelet\n', 'two\n'])
})
it.each(['', '/logs/syslog', '/logs/../etc/passwd', '/run/a/b/c', '/metrics/none'])('nothing at %s', async (path) => expect(await kubeletPage(sources(true), 'n', path)).toBeUndefined())
it('nothing of a node that has no metrics', async () => expect(await kubeletPage({ ...sources(true), metrics: async () => undefined }, 'n', '/metrics')).toBeUndefined())
