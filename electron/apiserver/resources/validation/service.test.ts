/** Services: what kinds.test.ts does not have. */
import { describe, expect, it } from 'vitest'
import type { Body } from '../testing.ts'
import { change, context, faults, kindOf, updateFaults, withDefaults } from '../testing.ts'

const SERVICE: Body = { spec: { clusterIP: '10.0.0.9', ports: [{ port: 80 }] } }
const BALANCER: Body = { spec: { type: 'LoadBalancer', clusterIP: '10.0.0.9', loadBalancerClass: 'a.b/c', externalTrafficPolicy: 'Local', healthCheckNodePort: 30_001, ports: [{ port: 80 }] } }
const ONLY = "Forbidden: may only be used when `type` is 'LoadBalancer'"

describe('is refused', () => {
  it.each<[Body, string, unknown, string[]]>([
    [SERVICE, 'spec/ipFamilies', ['IPv4', 'IPv4'], ['spec.ipFamilies[1]: Duplicate value: "IPv4"']],
    [SERVICE, 'spec/ipFamilies', ['IPv6'], ['spec.clusterIPs[0]: Invalid value: "10.0.0.9": expected an IPv6 value as indicated by `ipFamilies[0]`']],
    [SERVICE, 'spec/ipFamilyPolicy', 'Both', ['spec.ipFamilyPolicy: Unsupported value: "Both": supported values: "PreferDualStack", "RequireDualStack", "SingleStack"']],
    [SERVICE, 'spec/clusterIPs', ['10.0.0.9', '10.0.0.10'], ['spec.clusterIPs: Invalid value: ["10.0.0.9","10.0.0.10"]: may specify no more than one IP for each IP family']],
    [SERVICE, 'spec/clusterIPs', ['10.0.0.9', 'fd::1', 'fd::2'], ['spec.clusterIPs: Invalid value: ["10.0.0.9","fd::1","fd::2"]: may only hold up to 2 values']],
    [SERVICE, 'spec', { clusterIPs: ['10.0.0.9'], ports: [{ port: 80 }] }, ['spec.clusterIPs: Invalid value: ["10.0.0.9"]: must be empty when `clusterIP` is not specified']],
    [SERVICE, 'spec', { type: 'NodePort', clusterIP: 'None', ports: [{ port: 80 }] }, ["spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services"]],
    [SERVICE, 'spec', { type: 'ExternalName', externalName: 'A', ipFamilyPolicy: 'SingleStack' }, ['spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services', expect.stringMatching(/^spec\.externalName: Invalid value: "A": a lowercase RFC 1123 subdomain/) as unknown as string]],
    [SERVICE, 'spec/externalIPs', ['127.0.0.1', '169.254.1.1', '0.0.0.0', 'x'], [
      'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)', 'spec.externalIPs[1]: Invalid value: "169.254.1.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
      'spec.externalIPs[2]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)', 'spec.externalIPs[3]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ]],
    [SERVICE, 'spec/ports/0/appProtocol', 'a b', [expect.stringMatching(/^spec\.ports\[0\]\.appProtocol: Invalid value: "a b": name part must consist of/) as unknown as string]],
    [SERVICE, 'spec/loadBalancerSourceRanges', ['10.0.0.0/8'], [`spec.LoadBalancerSourceRanges: ${ONLY}`]],
    [BALANCER, 'spec/loadBalancerSourceRanges', [' 10.0.0.0/8 ', '10.0.0.0'], ['spec.LoadBalancerSourceRanges[1]: Invalid value: "10.0.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']],
    [SERVICE, 'spec/loadBalancerClass', 'a.b/c', [`spec.loadBalancerClass: ${ONLY}`]],
    [SERVICE, 'spec/allocateLoadBalancerNodePorts', true, [`spec.allocateLoadBalancerNodePorts: ${ONLY}`]],
    [SERVICE, 'spec/externalTrafficPolicy', 'Local', ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services']],
    [BALANCER, 'spec/externalTrafficPolicy', 'Near', ['spec.externalTrafficPolicy: Unsupported value: "Near": supported values: "Cluster", "Local"', "spec.healthCheckNodePort: Invalid value: 30001: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"]],
    [SERVICE, 'spec/trafficDistribution', 'Near', ['spec.trafficDistribution: Unsupported value: "Near": supported values: "PreferClose", "PreferSameNode", "PreferSameZone"']],
    [SERVICE, 'spec/sessionAffinity', 'Cookie', ['spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"']],
    [SERVICE, 'metadata', { annotations: { 'service.kubernetes.io/topology-mode': 'Auto', 'service.kubernetes.io/topology-aware-hints': 'disabled' } }, ['metadata.annotations[service.kubernetes.io/topology-mode]: Invalid value: "Auto": must match annotations[service.kubernetes.io/topology-aware-hints] when both are specified']],
  ])('%# %#', (body, path, value, expected) => {
    expect(faults('Service', body)).toEqual([])
    expect(faults('Service', change(body, path, value))).toEqual(expected)
  })
})

describe('a change', () => {
  it.each<[string, Body, string, unknown, string[]]>([
    ['of the class', BALANCER, 'spec/loadBalancerClass', 'a.b/d', ['spec.loadBalancerClass: Invalid value: "a.b/d": may not change once set']],
    ['of the health check', BALANCER, 'spec/healthCheckNodePort', 30_002, ['spec.healthCheckNodePort: Forbidden: field is immutable']],
    ['of the family', SERVICE, 'spec/ipFamilies', ['IPv6'], ['spec.clusterIPs[0]: Invalid value: "10.0.0.9": expected an IPv6 value as indicated by `ipFamilies[0]`', 'spec.ipFamilies[0]: Invalid value: ["IPv6"]: may not change once set']],
    ['to another type takes along what that has no use for', BALANCER, 'spec/type', 'NodePort', []],
    ['to an external name takes the addresses along', SERVICE, 'spec', { type: 'ExternalName', externalName: 'a.b', clusterIP: '10.0.0.9' }, []],
    ['of what a headless one has is allowed', { spec: { clusterIP: 'None' } }, 'spec/ipFamilies', ['IPv6'], []],
  ])('%s', (_name, old, path, value, expected) => {
    expect(updateFaults('Service', change(old, path, value), old)).toEqual(expected)
  })
})

describe('the status of a balancer', () => {
  const told = (body: Body, ingress: object[]): string[] => {
    const { strategy } = kindOf('Service')
    const draft = withDefaults('Service', { ...body, status: { loadBalancer: { ingress } } })
    strategy.prepareForStatusUpdate?.(draft, draft, context)
    return (strategy.validateStatusUpdate?.(draft, draft, context) ?? []).map((e) => `${e.field}: ${e.message}`)
  }
  it.each<[Body, object[], string[]]>([
    [BALANCER, [{ ip: '10.0.0.1' }, { hostname: 'a.b' }], []],
    [SERVICE, [{ ip: '10.0.0.1' }], ["status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'"]],
    [BALANCER, [{ ip: 'x', ipMode: 'Some' }], ['status.loadBalancer.ingress[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)', 'status.loadBalancer.ingress[0].ipMode: Unsupported value: "Some": supported values: "Proxy", "VIP"']],
    [BALANCER, [{ hostname: '10.0.0.1', ipMode: 'VIP' }], ['status.loadBalancer.ingress[0].ipMode: Forbidden: may not be specified when `ip` is not set', 'status.loadBalancer.ingress[0].hostname: Invalid value: "10.0.0.1": must be a DNS name, not an IP address']],
  ])('%#', (body, ingress, expected) => {
    expect(told(body, ingress)).toEqual(expected)
  })
})
