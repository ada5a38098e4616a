import { expect, it } from 'vitest'
import { rulesText } from './policy-text.ts'

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
