import { expect, it } from 'vitest'
import { servedIn } from './discovery.ts'

const list = (name: string, versions: [string, string[]][]): never => ({ metadata: { name }, versions: versions.map(([version, resources]) => ({ version, resources: resources.map((r) => ({ resource: r.replace('!', ''), scope: 'Namespaced', responseKind: { kind: r }, verbs: r.startsWith('!') ? ['create'] : ['list', 'watch', 'get'] })) })) }) as never

it('takes each resource in its first version, and only what can be listed and watched; custom is what is not the API\'s own', () => {
  const { types, custom } = servedIn([
    { items: [list('', [['v1', ['pods', '!bindings', 'events']]])] },
    { items: [list('apps', [['v1', ['deployments']]]), list('autoscaling', [['v2', ['horizontalpodautoscalers']], ['v1', ['horizontalpodautoscalers']]]), list('storage.k8s.io', [['v1', ['csidrivers']]]), list('flowcontrol.apiserver.k8s.io', [['v1', ['flowschemas']]]), list('example.com', [['v1', ['ships']]]), list('gateway.networking.k8s.io', [['v1', ['gateways']]]), list('metrics.k8s.io', [['v1beta1', ['pods']]])] },
  ])
  expect([types.has('bindings'), types.get('pods')?.version, types.get('horizontalpodautoscalers.autoscaling')?.version]).toEqual([false, 'v1', 'v2'])
  expect(custom.map((t) => t.resource)).toEqual(['gateways', 'ships'])
})
