import { expect, it } from 'vitest'
import { kubeletPage, type PageSources } from './kubelet-pages.ts'

const sources = (healthy: boolean): PageSources => ({ metrics: async (path) => `text of ${path}`, summary: (node) => ({ node: { nodeName: node } }), health: () => ({ healthy, message: 'no engine' }), configuration: (node) => ({ maxPods: node.length }), pods: () => [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [] } }] })

it.each([
  ['/healthz', true, { status: 200, text: 'ok' }], ['/healthz', false, { status: 500, text: 'no engine' }],
  ['/healthz/ping', false, { status: 200, text: 'ok' }], ['/healthz/syncloop', false, { status: 500 }], ['/configz', true, { contentType: 'application/json', text: '{"kubeletconfig":{"maxPods":1}}' }],
  ['/pods', true, { contentType: 'application/json', text: '{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[{"metadata":{"name":"p"},"spec":{"containers":[]}}]}' }],
  ['/metrics', true, { status: 200, contentType: expect.stringContaining('text/plain') as string, text: 'text of kubelet/n' }],
  ['/metrics/cadvisor', true, { text: 'text of cadvisor/n' }], ['/stats/summary', true, { contentType: 'application/json', text: '{"node":{"nodeName":"n"}}' }],
])('%s', async (path, healthy, expected) => expect(await kubeletPage(sources(healthy), 'n', path)).toMatchObject(expected))
it.each(['', '/logs', '/logs/syslog', '/run/a/b/c', '/metrics/none'])('nothing at %s', async (path) => expect(await kubeletPage(sources(true), 'n', path)).toBeUndefined())
it('nothing of a node that has no metrics', async () => expect(await kubeletPage({ ...sources(true), metrics: async () => undefined }, 'n', '/metrics')).toBeUndefined())
