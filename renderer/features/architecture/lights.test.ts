import { describe, expect, it, test } from 'vitest'
import type { SeenRequest } from '../../../shared/traffic.ts'
import { boxOf, legsOf, stretch, type Rect } from './lights.ts'

const seen = (more: Partial<SeenRequest>): SeenRequest => ({ user: 'kubernetes-admin', verb: 'create', resource: 'pods', subresource: '', namespace: 'shop', name: 'web', node: '', code: 201, stored: true, ...more })
const way = (more: Partial<SeenRequest>): string[] => legsOf(seen(more)).map((l) => `${l.from} ${l.how === 'told' ? '⇢' : l.how === 'refused' ? '×' : '→'} ${l.to}`)

test.each([
  ['system:kube-scheduler', 'scheduler'], ['system:kube-controller-manager', 'controllers'], ['system:node:n1', 'node n1'], ['system:serviceaccount:a:b', 'you'], ['pilothouse-dashboard', 'you'],
])('%s is %s', (user, box) => expect(boxOf(user)).toBe(box))

describe('a deployment, as it happens', () => {
  it.each<[string, Partial<SeenRequest>, string[]]>([
    ['is asked for', { resource: 'deployments' }, ['you → apiserver', 'apiserver → etcd', 'apiserver ⇢ controllers']],
    ['gets a replica set', { user: 'system:kube-controller-manager', resource: 'replicasets' }, ['controllers → apiserver', 'apiserver → etcd']],
    ['gets a pod', { user: 'system:kube-controller-manager' }, ['controllers → apiserver', 'apiserver → etcd', 'apiserver ⇢ scheduler']],
    ['which is bound', { user: 'system:kube-scheduler', subresource: 'binding', node: 'n1' }, ['scheduler → apiserver', 'apiserver → etcd', 'apiserver ⇢ node n1']],
    ['which runs', { user: 'system:node:n1', verb: 'patch', subresource: 'status', code: 200 }, ['node n1 → apiserver', 'apiserver → etcd', 'apiserver ⇢ controllers']],
    ['is looked at', { verb: 'list', stored: false, code: 200 }, ['you → apiserver']],
    ['is refused', { code: 403, stored: false }, ['you × apiserver']],
  ])('%s', (_, more, expected) => expect(way(more)).toEqual(expected))
})

describe('a stretch', () => {
  const box = (left: number, top: number, width = 100, height = 100): Rect => ({ left, top, width, height })
  it.each<[string, Rect, Rect, number[]]>([
    ['to the right', box(0, 0), box(120, 0), [64, 50, 156, 50]],
    ['to the left', box(120, 0), box(0, 0), [156, 50, 64, 50]],
    ['down', box(0, 0), box(0, 120), [50, 64, 50, 156]],
    ['up and aside', box(300, 200), box(0, 0, 200, 100), [336, 236, 164, 64]],
    ['beside, at a height that both have', box(0, 0, 100, 40), box(120, 20), [64, 28, 156, 28]],
  ])('%s', (_, a, b, [x1, y1, x2, y2]) => expect(stretch(a, b)).toEqual([{ x: x1, y: y1 }, { x: x2, y: y2 }]))
})
