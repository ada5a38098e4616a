import { afterEach, describe, expect, it } from 'vitest'
import { Nodes } from '../../shared/api/resources.ts'
import { Shares } from './node-ipam.ts'
import { startLoop, type Loop } from './testing.ts'

describe('shares of the pod range', () => {
  const small = (): Shares => new Shares({ podCIDR: '10.244.0.0/22', nodeMaskSize: 24 })
  it('are the lowest free, but not the first, which is the bridge\'s', () => {
    const s = small()
    expect(['a', 'b', 'c', 'd'].map((n) => s.take(n))).toEqual(['10.244.1.0/24', '10.244.2.0/24', '10.244.3.0/24', undefined])
    s.release('b')
    expect([s.take('d'), s.take('d'), s.take('e')]).toEqual(['10.244.2.0/24', '10.244.2.0/24', undefined])
  })
  it('that nodes have already are passed over, and free when the last holder has gone', () => {
    const s = small()
    s.hold('a', '10.244.1.0/24')
    s.hold('b', '10.244.1.0/24')
    s.hold('c', '192.168.0.0/24')
    s.release('a')
    expect(s.take('d')).toBe('10.244.2.0/24')
    s.release('b')
    expect(s.take('e')).toBe('10.244.1.0/24')
  })
  it('are enough for thousands of hollow nodes', () => {
    const s = new Shares({ podCIDR: '10.128.0.0/11', nodeMaskSize: 24 })
    expect(new Set(Array.from({ length: 5000 }, (_, i) => s.take(`n${i}`))).size).toBe(5000)
    expect(s.take('one more')).toBe('10.147.137.0/24')
  })
})

describe('the controller', () => {
  let loop: Loop
  afterEach(() => loop.close())
  const rangesOf = async (): Promise<Record<string, string | undefined>> => Object.fromEntries((await loop.client.list(Nodes)).items.map((n) => [n.metadata.name, n.spec?.podCIDR]))
  const add = (name: string, spec: object = {}): Promise<unknown> => loop.client.create(Nodes, { metadata: { name }, spec } as never)

  it('gives each node a share that no other has, and a new node the share of one that has gone', async () => {
    loop = await startLoop(async (client) => {
      await client.create(Nodes, { metadata: { name: 'old' }, spec: { podCIDR: '10.244.2.0/24', podCIDRs: ['10.244.2.0/24'] } } as never)
    })
    await Promise.all([add('a'), add('b')])
    const ranges = await loop.until(async () => { const r = await rangesOf(); return r['a'] && r['b'] ? r : false }, 'both have a range')
    expect(Object.values(ranges).toSorted()).toEqual(['10.244.1.0/24', '10.244.2.0/24', '10.244.3.0/24'])
    expect((await loop.client.get(Nodes, 'a')).spec?.podCIDRs).toEqual([ranges['a']])
    await loop.client.delete(Nodes, 'old')
    await loop.until(async () => !('old' in (await rangesOf())), 'it has gone')
    await add('c')
    expect((await loop.until(async () => { const r = await rangesOf(); return r['c'] ? r : false }, 'the new node has a range'))['c']).toMatch(/^10\.244\.[24]\.0\/24$/)
  })
})
