import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeCache, makeContext, makeNode, makePod } from './fixtures.ts'
import type { NodeInfo } from './node-info.ts'
import { podInfo } from './pod-info.ts'
import { defaultPlugins } from './plugins/index.ts'
import { Algorithm, enoughNodes } from './schedule.ts'

const lookups = { namespaceLabels: () => undefined, siblings: () => undefined }

describe('the scheduling algorithm', () => {
  it.each([[1, 1], [99, 99], [100, 100], [250, 120], [1000, 420], [5000, 500], [20000, 1000]])('of %i nodes, %i feasible ones are enough', (total, enough) => {
    expect(enoughNodes(total)).toBe(enough)
  })

  it('starts each search where the last one ended', () => {
    const nodes = Array.from({ length: 300 }, (_, i) => makeNode(`n${i}`))
    const algorithm = new Algorithm(defaultPlugins, () => 0.5)
    const context = makeContext(nodes, [])
    const first = algorithm.schedule(podInfo(makePod('a')), context)
    const second = algorithm.schedule(podInfo(makePod('b')), context)
    expect([first.evaluated, first.feasible[0], second.feasible[0]]).toEqual([enoughNodes(300), 'n0', `n${enoughNodes(300)}`])
  })

  it('breaks ties evenly', () => {
    let x = 0
    const algorithm = new Algorithm(defaultPlugins, () => (x = (x + 0.618034) % 1))
    const context = makeContext(['a', 'b', 'c'].map((n) => makeNode(n)), [])
    const counts: Record<string, number> = {}
    for (let i = 0; i < 3000; i++) {
      const { node = '' } = algorithm.schedule(podInfo(makePod('p')), context)
      counts[node] = (counts[node] ?? 0) + 1
    }
    for (const n of ['a', 'b', 'c']) expect(counts[n]).toBeGreaterThan(700)
  })

  it('says which plugin kept named nodes out', () => {
    const pod = makePod('p', { spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['b'] }] }] } } } } })
    const { rejections } = new Algorithm(defaultPlugins, Math.random).schedule(podInfo(pod), makeContext([makeNode('a'), makeNode('b', { cpu: '0', pods: '0' })], []))
    expect([...rejections].map(([n, r]) => [n, ...r.reasons])).toEqual([['b', 'Too many pods'], ['a', "node(s) didn't satisfy plugin(s) [NodeAffinity]"]])
  })

  it('keeps a pod that claims devices waiting, also beside pods like it that claim none', () => {
    const algorithm = new Algorithm(defaultPlugins, () => 0)
    const context = makeContext([makeNode('a')], [])
    const claims = makePod('p', { spec: { resourceClaims: [{ name: 'gpu', resourceClaimName: 'mine' }] } })
    expect([makePod('o'), claims, makePod('q')].map((pod) => algorithm.schedule(podInfo(pod), context).node)).toEqual(['a', undefined, 'a'])
  })

  it('says of nodes what it would say if it knew nothing of pods before', () => {
    const nodeArb = fc.record({ cpu: fc.integer({ min: 1, max: 4 }), pods: fc.integer({ min: 0, max: 6 }), zone: fc.constantFrom('x', 'y'), taint: fc.constantFrom('', 'NoSchedule', 'PreferNoSchedule'), cordoned: fc.boolean() })
    const shape = fc.record({ cpu: fc.constantFrom(0, 500, 1500), zone: fc.constantFrom('', 'x'), prefers: fc.constantFrom('', 'y'), port: fc.constantFrom(0, 80), tolerates: fc.boolean(), alone: fc.boolean() })
    const steps = fc.array(fc.oneof({ weight: 5, arbitrary: fc.record({ pod: shape, times: fc.integer({ min: 1, max: 4 }) }) }, { weight: 1, arbitrary: fc.record({ node: nodeArb, at: fc.nat(5) }) }), { maxLength: 20 })
    fc.assert(fc.property(fc.array(nodeArb, { minLength: 2, maxLength: 5 }), steps, (nodeSpecs, walk) => {
      const nodeOf = (n: (typeof nodeSpecs)[number], i: number): ReturnType<typeof makeNode> =>
        makeNode(`n${i}`, { cpu: `${n.cpu}`, pods: `${n.pods}`, labels: { zone: n.zone }, unschedulable: n.cordoned, ...(n.taint ? { taints: [{ key: 'k', effect: n.taint }] } : {}) })
      const cache = makeCache(nodeSpecs.map(nodeOf), [])
      const knowing = new Algorithm(defaultPlugins, () => 0)
      let n = 0
      for (const step of walk) {
        if ('node' in step) {
          cache.setNode(nodeOf(step.node, step.at))
          continue
        }
        const { cpu, zone, prefers, port, tolerates, alone } = step.pod
        for (let i = 0; i < step.times; i++) {
          const pod = podInfo(makePod(`p${n++}`, {
            labels: alone ? { alone: 'yes' } : {},
            spec: {
              containers: [{ name: 'c', resources: { requests: { cpu: `${cpu}m` } }, ...(port ? { ports: [{ containerPort: port, hostPort: port }] } : {}) }],
              ...(zone ? { nodeSelector: { zone } } : {}), ...(tolerates ? { tolerations: [{ key: 'k', operator: 'Exists' }] } : {}),
              affinity: {
                ...(prefers ? { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 5, preference: { matchExpressions: [{ key: 'zone', operator: 'In', values: [prefers] }] } }] } } : {}),
                ...(alone ? { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { alone: 'yes' } } }] } } : {}),
              },
            },
          }))
          const context = { ...lookups, snapshot: cache.snapshot() }
          const told = (d: ReturnType<Algorithm['schedule']>): object => ({
            rejections: Object.fromEntries([...d.rejections].sort()), feasible: d.feasible.toSorted(), filters: d.filters,
            scores: d.scores.map((s) => [s.plugin, Object.fromEntries(d.feasible.map((name, at) => [name, s.scores[at]]).sort())]),
          })
          const decision = knowing.schedule(pod, context)
          expect(told(decision)).toEqual(told(new Algorithm(defaultPlugins, () => 0).schedule(pod, context)))
          if (decision.node) cache.assume(pod, decision.node)
        }
      }
    }), { numRuns: 200 })
  })

  it('asks the filters once for pods of one shape on a node that stays as it is', () => {
    const asked: string[] = []
    const fit = defaultPlugins.find((p) => p.name === 'NodeResourcesFit')!
    const watched = { ...fit, preFilter: (...args: Parameters<NonNullable<typeof fit.preFilter>>) => { const plan = fit.preFilter!(...args)!; return { ...plan, filter: (n: NodeInfo) => { asked.push(n.name); return plan.filter(n) } } } }
    const cache = makeCache(['a', 'b', 'c'].map((n) => makeNode(n)), [])
    const algorithm = new Algorithm([watched], () => 0)
    const schedule = (cpu: string): void => {
      const pod = podInfo(makePod('p', { cpu }))
      cache.assume(pod, algorithm.schedule(pod, { ...lookups, snapshot: cache.snapshot() }).node!)
    }
    schedule('1')
    expect(asked.splice(0).sort()).toEqual(['a', 'b', 'c'])
    schedule('1')
    expect(asked.splice(0)).toHaveLength(1)
    schedule('2')
    expect(asked).toHaveLength(3)
  })

  it('never overcommits a node and never ignores a rule, whatever comes and goes', () => {
    const nodeArb = fc.record({ cpu: fc.integer({ min: 1, max: 8 }), pods: fc.integer({ min: 0, max: 6 }), zone: fc.constantFrom('x', 'y'), tainted: fc.boolean() })
    const podArb = fc.record({ cpu: fc.integer({ min: 0, max: 3000 }), zone: fc.option(fc.constantFrom('x', 'y')), alone: fc.boolean(), tolerates: fc.boolean(), remove: fc.boolean() })
    fc.assert(fc.property(fc.array(nodeArb, { minLength: 1, maxLength: 6 }), fc.array(podArb, { maxLength: 40 }), fc.integer(), (nodeSpecs, podSpecs, seed) => {
      const taints = [{ key: 'k', effect: 'NoSchedule' }]
      const cache = makeCache(nodeSpecs.map((n, i) => makeNode(`n${i}`, { cpu: `${n.cpu}`, pods: `${n.pods}`, labels: { zone: n.zone }, ...(n.tainted ? { taints } : {}) })), [])
      let x = Math.abs(seed % 1000) / 1000
      const algorithm = new Algorithm(defaultPlugins, () => (x = (x + 0.37) % 1))
      const placed: { node: number; cpu: number; alone: boolean; uid: string }[] = []
      for (const [i, p] of podSpecs.entries()) {
        const labels: Record<string, string> = p.alone ? { alone: 'yes' } : {}
        const pod = podInfo(makePod(`p${i}`, {
          cpu: `${p.cpu}m`, labels,
          spec: {
            containers: [{ name: 'c', resources: { requests: { cpu: `${p.cpu}m` } } }],
            ...(p.zone ? { nodeSelector: { zone: p.zone } } : {}),
            ...(p.tolerates ? { tolerations: [{ key: 'k', operator: 'Exists' }] } : {}),
            ...(p.alone ? { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: labels } }] } } } : {}),
          },
        }))
        // Worked out here a second time, without the scheduler.
        const fits = nodeSpecs.map((n, k) => {
          const there = placed.filter((q) => q.node === k)
          return there.length < n.pods && there.reduce((s, q) => s + q.cpu, p.cpu) <= n.cpu * 1000 && (!p.zone || p.zone === n.zone) && (!n.tainted || p.tolerates) && !(p.alone && there.some((q) => q.alone))
        })
        const { node, feasible } = algorithm.schedule(pod, { ...lookups, snapshot: cache.snapshot() })
        expect([...feasible].sort()).toEqual(fits.flatMap((ok, k) => (ok ? [`n${k}`] : [])))
        if (node !== undefined) {
          cache.assume(pod, node)
          placed.push({ node: Number(node.slice(1)), cpu: p.cpu, alone: p.alone, uid: pod.uid })
        }
        const gone = p.remove ? placed.shift() : undefined
        if (gone) cache.removePod(gone.uid)
      }
    }), { numRuns: 150 })
  })
})
