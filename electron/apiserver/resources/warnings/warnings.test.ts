/** What upstream's API server of release 1.35 tells about objects that it takes. */
import { createHash, generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../../testing.ts'
import { certificate } from '../../testing-door.ts'
import { change, kindOf, warnings, withDefaults, type Body } from '../testing.ts'

const C = { name: 'c', image: 'i:1' }
const pod = (spec: object, annotations?: Record<string, string>): Body => ({ metadata: annotations ? { annotations } : {}, spec: { containers: [C], ...spec } })
const withPorts = (...ports: object[][]): object => ({ containers: ports.map((p, i) => ({ name: `c${i}`, image: 'i:1', ports: p })) })
const env = (...list: object[]): object => ({ containers: [{ ...C, env: list }] })
const volume = (given: object): object => ({ volumes: [{ name: 'v', ...given }] })
const ARCH = 'beta.kubernetes.io/arch'
const OLD_ARCH = 'deprecated since v1.14; use "kubernetes.io/arch" instead'
const NOBODY = 'a null labelSelector results in matching no pod'
const affinity = (name: string, terms: object): object => ({ affinity: { [name]: terms } })

const PODS: [spec: object, told: string[], annotations?: Record<string, string>][] = [
  [{}, []],
  [{ nodeSelector: { [ARCH]: 'amd64' } }, [`spec.nodeSelector[${ARCH}]: ${OLD_ARCH}`]],
  [affinity('nodeAffinity', { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: ARCH, operator: 'Exists' }] }] } }), [`spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key: ${ARCH} is ${OLD_ARCH}`]],
  [affinity('nodeAffinity', { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [{ key: 'a', operator: 'In', values: ['-'] }] } }] }), ["spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].values[0]: - is invalid, a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"]],
  [affinity('podAffinity', { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'a' }] }), [`spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: ${NOBODY}`]],
  [affinity('podAntiAffinity', { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: 'a' } }] }), [`spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector: ${NOBODY}`]],
  [{ topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'failure-domain.beta.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' }] }, ['spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead', `spec.topologySpreadConstraints[0].labelSelector: ${NOBODY}`]],
  [{}, ['metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the "priorityClassName" field instead'], { 'scheduler.alpha.kubernetes.io/critical-pod': '' }],
  [{}, ['metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the "seccompProfile" field instead'], { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' }],
  [{}, ['metadata.annotations[container.seccomp.security.alpha.kubernetes.io/c]: non-functional in v1.27+; use the "seccompProfile" field instead'], { 'container.seccomp.security.alpha.kubernetes.io/c': 'unconfined' }],
  [{}, ['metadata.annotations[container.apparmor.security.beta.kubernetes.io/c]: deprecated since v1.30; use the "appArmorProfile" field instead'], { 'container.apparmor.security.beta.kubernetes.io/c': 'unconfined' }],
  [{ securityContext: { appArmorProfile: { type: 'Unconfined' } } }, [], { 'container.apparmor.security.beta.kubernetes.io/c': 'unconfined' }],
  [volume({ gitRepo: { repository: 'r' } }), ['spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+']],
  [volume({ glusterfs: { endpoints: 'e', path: 'p' } }), ['spec.volumes[0].glusterfs: deprecated in v1.25, non-functional in v1.26+']],
  [volume({ storageos: {} }), ['spec.volumes[0].storageOS: deprecated in v1.22, non-functional in v1.25+']],
  [volume({ ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '200m' } } } } } }), ['spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources.requests[storage]: fractional byte value "200m" is invalid, must be an integer']],
  [volume({ configMap: { name: 'm', items: [{ key: 'a', path: 'x' }, { key: 'b', path: 'x/y' }] } }), ['volume "v" (ConfigMap "m"): overlapping paths: "x/y" with "x"']],
  [volume({ secret: { secretName: 's', items: [{ key: 'a', path: 'x' }, { key: 'b', path: 'x' }] } }), ['volume "v" (Secret "s"): overlapping paths: "x" with "x"']],
  [volume({ projected: { sources: [{ serviceAccountToken: { path: 'token' } }, { configMap: { name: 'm', items: [{ key: 'a', path: 'token' }] } }, {}] } }), ['volume "v" (Projected) has no sources provided', 'volume "v" (Projected): overlapping paths: "token" (ConfigMap "m") with "token" (ServiceAccountToken)']],
  [{ hostAliases: [{ ip: '1.2.3.4' }, { ip: '1.2.3.4' }] }, ['spec.hostAliases[1].ip: duplicate ip "1.2.3.4"']],
  [{ imagePullSecrets: [{ name: 'a' }, { name: 'a' }, { name: '' }] }, ['spec.imagePullSecrets[1].name: duplicate name "a"', 'spec.imagePullSecrets[2].name: invalid empty name ""']],
  [{ overhead: { memory: '1500m' } }, ['spec.overhead[memory]: fractional byte value "1500m" is invalid, must be an integer']],
  [{ containers: [{ ...C, resources: { limits: { memory: '500m' } } }] }, ['spec.containers[0].resources.limits[memory]: fractional byte value "500m" is invalid, must be an integer', 'spec.containers[0].resources.requests[memory]: fractional byte value "500m" is invalid, must be an integer']],
  [env({ name: 'A', value: '1' }, { name: 'A', value: '2' }), ['spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply']],
  [env({ name: 'A', value: '1' }, { name: 'A', value: '$(A)' }), ['spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply']],
  [env({ name: 'A', value: '1' }, { name: 'A', value: '$(A)2' }), []],
  [withPorts([{ containerPort: 80 }], [{ containerPort: 80 }]), ['spec.containers[1].ports[0]: duplicate port definition with spec.containers[0].ports[0]']],
  [withPorts([{ containerPort: 80, hostPort: 80 }, { containerPort: 80 }]), ['spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]']],
  [withPorts([{ containerPort: 80, hostPort: 80 }, { containerPort: 80, hostPort: 80, hostIP: '10.0.0.1' }]), ['spec.containers[0].ports[1]: dangerously ambiguous port definition with spec.containers[0].ports[0]']],
  [withPorts([{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }]), []],
  [withPorts([{ containerPort: 80, hostIP: '10.0.0.1' }]), ['spec.containers[0].ports[0]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:80 Protocol:TCP HostIP:10.0.0.1}']],
  [withPorts([{ containerPort: 80, name: 'm' }], [{ containerPort: 81, name: 'm' }]), ['spec.containers[1].ports[0]: duplicate port name "m" with spec.containers[0].ports[0], services and probes that select ports by name will use spec.containers[0].ports[0]']],
  [{ initContainers: [{ ...C, name: 'i', ports: [{ containerPort: 80, name: 'm' }] }], ...withPorts([{ containerPort: 81, name: 'm' }]) }, []],
  [{ dnsConfig: { nameservers: ['::ffff:1.2.3.4', '2001:DB8::1', '2001:db8::1'] } }, ['spec.dnsConfig.nameservers[0]: non-standard IP address "::ffff:1.2.3.4" will be considered invalid in a future Kubernetes release: use "1.2.3.4"', 'spec.dnsConfig.nameservers[1]: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")']],
]

describe('a pod', () => {
  it.each(PODS)('%j: %j', (spec, told, annotations) => expect(warnings('Pod', pod(spec, annotations))).toEqual(told))
  it('is told about by its name', () => {
    expect(warnings('Pod', { ...pod({}), metadata: { name: 'a.b' } })).toEqual(["metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]"])
  })
  it('that has changed is not looked at', () => expect(warnings('Pod', pod({ nodeSelector: { [ARCH]: 'a' } }), pod({}))).toEqual([]))
})

const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [C], nodeSelector: { [ARCH]: 'amd64' } } }
const TEMPLATES: [kind: string, path: string, body: Body][] = [
  ...['Deployment', 'ReplicaSet', 'ReplicationController', 'DaemonSet', 'StatefulSet', 'Job'].map((kind): [string, string, Body] => [kind, 'spec.template', { spec: { template } }]),
  ['CronJob', 'spec.jobTemplate.spec.template', { spec: { schedule: '* * * * *', jobTemplate: { spec: { template } } } }],
  ['PodTemplate', 'template', { template }],
]
const NAMED = ['Deployment', 'ReplicaSet', 'ReplicationController', 'Job', 'CronJob']
const NAME = 'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]'

describe.each(TEMPLATES)('a %s', (kind, path, body) => {
  const told = [`${path}.spec.nodeSelector[${ARCH}]: ${OLD_ARCH}`]
  const of = (generation: number, name = 'x'): Body => ({ ...body, metadata: { name, generation } })
  it('tells of its template when it is new, and when it is another', () => {
    expect(warnings(kind, of(1))).toEqual(told)
    expect(warnings(kind, of(2), of(1))).toEqual(told)
    expect(warnings(kind, of(1), of(1))).toEqual([])
  })
  it('tells of its name, if its pods have it', () => {
    expect(warnings(kind, of(1, 'a.b'))).toEqual([...(NAMED.includes(kind) ? [NAME] : []), ...told])
    expect(warnings(kind, of(2, 'a.b'), of(1, 'a.b'))).toEqual(told)
  })
})

const claim = { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1100m' } } } }
const FRACTION = 'fractional byte value "1100m" is invalid, must be an integer'
const service = (spec: object, annotations: Record<string, string> = {}): Body => ({ metadata: { annotations }, spec: { ports: [{ port: 80 }], ...spec } })
const block = (cidr: string, except: string[] = []): object => ({ ipBlock: { cidr, except } })
const ambiguous = (path: string, value: string, range: string, alone: string): string => `${path}: CIDR value "${value}" is ambiguous in this context (should be "${range}" or "${alone}"?)`
const definition = (properties: object): Body => ({ spec: { group: 'x.io', names: { plural: 'as', kind: 'A' }, scope: 'Namespaced', versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties } } }] } })

const OTHERS: [kind: string, body: Body, told: string[], old?: Body][] = [
  ['StatefulSet', { spec: { template: { spec: { containers: [C] } }, revisionHistoryLimit: -1, volumeClaimTemplates: [claim] } }, [`spec.volumeClaimTemplates[0].resources.requests[storage]: ${FRACTION}`, 'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']],
  ['Job', { spec: { completionMode: 'Indexed', completions: 100_001, parallelism: 10_001, template: { spec: { containers: [C] } } } }, ['spec: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail']],
  ['Service', service({}), []],
  ['Service', service({}, { 'service.kubernetes.io/topology-aware-hints': 'Auto' }), ['annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead']],
  ['Service', service({ clusterIP: 'None', sessionAffinity: 'ClientIP', loadBalancerIP: '1.2.3.4', externalIPs: ['1.2.3.4'] }), ['spec.loadBalancerIP is ignored for headless services', 'spec.externalIPs is ignored for headless services', 'spec.SessionAffinity is ignored for headless services']],
  ['Service', service({ type: 'ExternalName', externalName: 'a.b', externalIPs: ['1.2.3.4'] }), ['spec.externalIPs is ignored when spec.type is "ExternalName"']],
  ['Service', service({ externalName: 'a.b' }), ['spec.externalName is ignored when spec.type is not "ExternalName"']],
  ['Service', service({ trafficDistribution: 'PreferClose' }), ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"']],
  ['Service', service({ type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.1/8', '2001:db8:0::/32', '2001:db8::1/32'] }), [ambiguous('spec.loadBalancerSourceRanges[0]', '10.0.0.1/8', '10.0.0.0/8', '10.0.0.1/32'), 'spec.loadBalancerSourceRanges[1]: IPv6 CIDR value "2001:db8:0::/32" should be in RFC 5952 canonical format ("2001:db8::/32")', ambiguous('spec.loadBalancerSourceRanges[2]', '2001:db8::1/32', '2001:db8::/32', '2001:db8::1/128')]],
  ['Endpoints', { subsets: [{ addresses: [{ ip: 'FD00::1' }] }] }, ['subsets[0].addresses[0].ip: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")']],
  ['Endpoints', { metadata: { labels: { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' } }, subsets: [{ addresses: [{ ip: 'FD00::1' }] }] }, []],
  ['EndpointSlice', { addressType: 'FQDN', endpoints: [] }, ['spec.addressType: FQDN endpoints are deprecated']],
  ['EndpointSlice', { addressType: 'IPv6', endpoints: [{ addresses: ['FD00::1'] }] }, ['endpoints[0].addresses[0]: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")']],
  ['Ingress', { metadata: { annotations: { 'kubernetes.io/ingress.class': 'n' } }, spec: {} }, [`annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`]],
  ['NetworkPolicy', { spec: { ingress: [{ from: [block('10.0.0.1/8', ['10.1.0.1/16'])] }], egress: [{ to: [block('::ffff:10.0.0.0/104')] }] } }, [ambiguous('spec.ingress[0].from[0].ipBlock.cidr', '10.0.0.1/8', '10.0.0.0/8', '10.0.0.1/32'), ambiguous('spec.ingress[0].from[0].ipBlock.except[0]', '10.1.0.1/16', '10.1.0.0/16', '10.1.0.1/32'), 'spec.egress[0].to[0].ipBlock.cidr: non-standard CIDR value "::ffff:10.0.0.0/104" will be considered invalid in a future Kubernetes release: use "10.0.0.0/8"']],
  ['PersistentVolumeClaim', { metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': 's' } }, ...claim }, ['metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead', `spec.resources.requests[storage]: ${FRACTION}`]],
  ['PersistentVolume', { metadata: { annotations: { 'volume.beta.kubernetes.io/mount-options': 'o' } }, spec: { persistentVolumeReclaimPolicy: 'Recycle', rbd: {}, nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: ARCH, operator: 'Exists' }] }] } } } }, ['metadata.annotations[volume.beta.kubernetes.io/mount-options]: deprecated since v1.31; use "mountOptions" attribute instead', 'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.', `spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key: ${ARCH} is ${OLD_ARCH}`, 'spec.rbd: deprecated in v1.28, non-functional in v1.31+']],
  ['StorageClass', { provisioner: 'p', allowedTopologies: [{ matchLabelExpressions: [{ key: ARCH, values: ['a'] }] }] }, [`allowedTopologies[0].matchLabelExpressions[0].key: ${OLD_ARCH}`]],
  ['CSIStorageCapacity', { storageClassName: 's', nodeTopology: { matchExpressions: [{ key: ARCH, operator: 'Exists' }], matchLabels: { [ARCH]: 'a' } } }, [`nodeTopology.matchExpressions[0].key: ${ARCH} is ${OLD_ARCH}`, `nodeTopology.matchLabels.${ARCH}: ${OLD_ARCH}`]],
  ['RuntimeClass', { handler: 'h', scheduling: { nodeSelector: { [ARCH]: 'a' } } }, [`scheduling.nodeSelector: ${OLD_ARCH}`]],
  ['Node', { spec: { externalID: 'e', podCIDRs: ['10.0.0.8/24'] } }, ['spec.externalID: this field is deprecated, and is unused by Kubernetes', ambiguous('spec.podCIDRs[0]', '10.0.0.8/24', '10.0.0.0/24', '10.0.0.8/32')]],
  ['ServiceAccount', { metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } } }, ['metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets']],
  ['ServiceAccount', { metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } } }, [], { metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } } }],
  ['CustomResourceDefinition', definition({ n: { type: 'integer', format: 'int32' }, at: { type: 'string', format: 'date-time' }, format: { type: 'string' } }), []],
  ['CustomResourceDefinition', definition({ a: { type: 'string', format: 'odd' }, b: { type: 'array', items: { type: 'integer', format: 'uint8' } } }), ['unrecognized format "odd"', 'unrecognized format "uint8"']],
  ['CustomResourceDefinition', definition({ a: { type: 'string', format: 'odd' }, b: { type: 'string', format: 'odder' } }), ['unrecognized format "odder"'], definition({ a: { type: 'string', format: 'odd' } })],
]
it.each(OTHERS)('%s %j: %j', (kind, body, told, old) => expect(warnings(kind, body, old)).toEqual(told))

it.each([
  ['Service', { spec: {}, status: { loadBalancer: { ingress: [{ ip: 'FD00::1' }] } } }, 'status.loadBalancer.ingress[0].ip'],
  ['Pod', { spec: {}, status: { podIPs: [{ ip: 'FD00::1' }] } }, 'status.podIPs[0].ip'],
])('the status of a %s', (kind, body, path) => expect(kindOf(kind).strategy.statusWarnings?.(withDefaults(kind, body))).toEqual([`${path}: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")`]))

describe('a certificate and its key', () => {
  const pem = (type: string, text = createHash('sha512').update('x').digest('base64')): string => `-----BEGIN ${type}-----\n${text}\n-----END ${type}-----\n`
  const told = (certificate: string, key: string): readonly string[] => warnings('Secret', { type: 'kubernetes.io/tls', data: { 'tls.crt': Buffer.from(certificate).toString('base64'), 'tls.key': Buffer.from(key).toString('base64') } })
  it.each([
    ['', '', 'tls: failed to find any PEM data in certificate input'],
    [pem('PRIVATE KEY'), '', 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched'],
    [pem('A') + pem('B'), '', 'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [A B]'],
    [pem('CERTIFICATE'), 'x', 'tls: failed to find any PEM data in key input'],
    [pem('CERTIFICATE'), pem('CERTIFICATE'), 'tls: found a certificate rather than a key in the PEM for the private key'],
    [pem('CERTIFICATE'), pem('A'), 'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [A]'],
    [pem('CERTIFICATE'), pem('EC PRIVATE KEY'), 'x509: malformed certificate'],
  ])('%#', (certificate, key, sentence) => expect(told(certificate, key)).toEqual([sentence]))
  it('fit, or do not', () => {
    const { cert, key } = certificate()
    const other = (type: 'ec' | 'rsa'): string => (type === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: 2048 })).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    expect(told(cert.toString(), key.toString())).toEqual([])
    expect([told(cert.toString(), other('ec')), told(cert.toString(), other('rsa'))].flat().toSorted()).toEqual(['tls: private key does not match public key', 'tls: private key type does not match public key type'])
    expect(told(cert.toString(), pem('PRIVATE KEY'))).toEqual(['tls: failed to parse private key'])
  })
  it('are looked at in secrets of that type only', () => expect(warnings('Secret', { data: { 'tls.crt': 'eA==' } })).toEqual([]))
})

describe('the header of an answer', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.close())
  const PODS_PATH = '/api/v1/namespaces/default/pods'
  const bad = (name: string): object => change(pod({ nodeSelector: { [ARCH]: 'a' }, automountServiceAccountToken: false }), 'metadata/name', name)

  it('has them, also of a dry run', async () => {
    const header = `299 - "spec.nodeSelector[${ARCH}]: ${OLD_ARCH.replaceAll('"', '\\"')}"`
    expect((await world.ask('POST', PODS_PATH, bad('a'))).headers['warning']).toBe(header)
    expect((await world.ask('POST', `${PODS_PATH}?dryRun=All`, bad('b'))).headers['warning']).toBe(header)
  })
  it('has none where nothing is amiss, where the object is refused, and for who is in this process', async () => {
    expect((await world.ask('POST', PODS_PATH, change(bad('c'), 'spec/nodeSelector', undefined))).headers['warning']).toBeUndefined()
    const refused = await world.ask('POST', PODS_PATH, change(bad('d'), 'spec/containers', []))
    expect([refused.status, refused.headers['warning']]).toEqual([422, undefined])
    const inside = await world.server.handle({ method: 'POST', path: PODS_PATH, query: new URLSearchParams(), headers: {}, signal: new AbortController().signal, user: { name: 'c', groups: ['system:masters'] }, inProcess: true, body: bad('e') })
    expect([inside.status, inside.headers?.['warning']]).toEqual([201, undefined])
  })
  it('has those of a change', async () => {
    const path = '/api/v1/namespaces/default/services/s'
    await world.ask('POST', '/api/v1/namespaces/default/services', { metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } })
    const answer = await world.ask('PATCH', path, { spec: { trafficDistribution: 'PreferClose' } }, { 'content-type': 'application/merge-patch+json' })
    expect([answer.status, answer.headers['warning']]).toEqual([200, '299 - "spec.trafficDistribution: \\"PreferClose\\" is deprecated; use \\"PreferSameZone\\""'])
  })
})
