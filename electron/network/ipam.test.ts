import { describe, expect, it } from 'vitest'
import type { Node } from '../../shared/api/types.ts'
import type { InformerHandlers } from '../client/types.ts'
import { NodeNetwork } from './ipam.ts'
import { nodeNetworks } from './node-networks.ts'

const network = (cidr = '10.244.1.0/29'): NodeNetwork => {
  const n = new NodeNetwork()
  n.setRange(cidr)
  return n
}

describe('addresses of a node', () => {
  it('are given out in turn, without the first two and the last', () => {
    const n = network()
    expect(['a', 'b', 'c', 'd', 'e', 'f'].map((pod) => n.take(pod))).toEqual(['10.244.1.2', '10.244.1.3', '10.244.1.4', '10.244.1.5', '10.244.1.6', undefined])
  })
  it('come back late: one that was just given back is the last to be given again', () => {
    const n = network()
    n.take('a')
    n.release('a')
    expect(['b', 'c', 'd', 'e', 'f'].map((pod) => n.take(pod))).toEqual(['10.244.1.3', '10.244.1.4', '10.244.1.5', '10.244.1.6', '10.244.1.2'])
  })
  it('are another for each sandbox of a pod, and the old one is free', () => {
    const n = network()
    expect([n.take('a'), n.take('a'), n.take('a'), n.take('a'), n.take('a'), n.take('a')]).toEqual(['10.244.1.2', '10.244.1.3', '10.244.1.4', '10.244.1.5', '10.244.1.6', '10.244.1.2'])
  })
  it('that run already are held, also when the range comes later', () => {
    const n = new NodeNetwork()
    n.hold('old', '10.244.1.3')
    n.hold('older', '172.18.0.2')
    n.hold('odd', '')
    expect(n.take('early')).toBeUndefined()
    n.setRange('10.244.1.0/29')
    expect([n.take('a'), n.take('b')]).toEqual(['10.244.1.2', '10.244.1.4'])
  })
  it('after a restart go on behind the highest that runs', () => {
    const n = network('10.244.1.0/24')
    n.hold('old', '10.244.1.77')
    expect(n.take('a')).toBe('10.244.1.78')
  })
  it('that a stranger has are passed over, until there is no other', () => {
    const n = network()
    n.refuse('a', n.take('a')!)
    expect(['a', 'b', 'c', 'd'].map((pod) => n.take(pod))).toEqual(['10.244.1.3', '10.244.1.4', '10.244.1.5', '10.244.1.6'])
    expect([n.take('e'), n.take('f')]).toEqual(['10.244.1.2', undefined])
  })
})

describe('the range', () => {
  it('is waited for', async () => {
    const n = new NodeNetwork()
    const ready = n.ready(10_000)
    n.setRange('10.244.1.0/24')
    expect(await ready).toBe(true)
    expect(await n.ready(0)).toBe(true)
  })
  it('but not for ever', async () => expect(await new NodeNetwork().ready(1)).toBe(false))
  it('must be one', () => expect(() => new NodeNetwork().setRange('nonsense')).toThrow(RangeError))
  it('is another when the node is made anew', () => {
    const n = network()
    n.take('a')
    n.setRange('10.244.1.0/29')
    expect(n.take('b')).toBe('10.244.1.3')
    n.setRange('10.244.2.0/29')
    expect(n.take('c')).toBe('10.244.2.2')
  })
})

describe('the networks of the nodes', () => {
  const node = (name: string, podCIDR?: string): Node => ({ apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: podCIDR ? { podCIDR } : {} })
  it('learn their ranges from the Nodes, and are fresh for each kubelet', async () => {
    const known = new Map([['a', node('a', '10.244.1.0/24')]])
    let handlers: InformerHandlers<Node> = {}
    const of = nodeNetworks({ get: (name: string) => known.get(name), addHandlers: (h: InformerHandlers<Node>) => { handlers = h; return () => undefined } })
    const [a, b] = [of('a'), of('b')]
    expect([a.take('x'), b.take('y')]).toEqual(['10.244.1.2', undefined])
    handlers.onAdd?.(node('b'), false)
    expect(b.take('y')).toBeUndefined()
    handlers.onUpdate?.(node('b', '10.244.2.0/24'), node('b'))
    handlers.onUpdate?.(node('unknown', '10.244.3.0/24'), node('unknown'))
    expect(b.take('y')).toBe('10.244.2.2')
    expect(of('a').take('x')).toBe('10.244.1.2')
  })
})
