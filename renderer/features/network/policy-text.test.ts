import { expect, it } from 'vitest'
import { closed, rulesText } from './policy-text.ts'

it('says who may speak, and where', () => {
  const spec = {
    podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { a: 'b' } }, namespaceSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }], ports: [{ port: 80 }, { port: 'dns', protocol: 'UDP' }] }, {}],
    egress: [{ ports: [{ port: 1, endPort: 9 }] }],
  }
  expect(rulesText({ spec } as never)).toEqual([
    { direction: 'in', peers: 'namespaces * / pods a=b; 10.0.0.0/8 except 10.1.0.0/16', ports: '80/TCP, dns/UDP' },
    { direction: 'in', peers: '*', ports: '*' },
    { direction: 'out', peers: '*', ports: '1-9/TCP' },
  ])
})

it.each<[object, ('in' | 'out')[]]>([
  [{ policyTypes: ['Ingress'] }, ['in']], [{ policyTypes: ['Ingress', 'Egress'], ingress: [{}] }, ['out']],
  [{ policyTypes: ['Egress'], egress: [] }, ['out']], [{ policyTypes: ['Ingress'], ingress: [{}] }, []],
])('of %j nobody passes %j', (spec, directions) => expect(closed({ spec: { podSelector: {}, ...spec } } as never).map((r) => r.direction)).toEqual(directions))
