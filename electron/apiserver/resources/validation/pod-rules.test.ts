/** What of a pod's spec is refused beyond pod.test.ts: every rule of upstream's validation that a user can meet, by its path and its words. */
import { describe, expect, it } from 'vitest'
import type { Body } from '../testing.ts'
import { change, created, faults } from '../testing.ts'

const POD: Body = {
  spec: {
    serviceAccountName: 'sa', resourceClaims: [{ name: 'gpu', resourceClaimName: 'g' }],
    initContainers: [{ name: 'init', image: 'i' }, { name: 'side', image: 'i', restartPolicy: 'Always', ports: [{ containerPort: 1, hostPort: 99 }] }],
    containers: [{ name: 'a', image: 'i', volumeMounts: [{ name: 'v', mountPath: '/v' }], resources: { claims: [{ name: 'gpu' }] } }],
    volumes: [{ name: 'v' }, { name: 'c', persistentVolumeClaim: { claimName: 'c' } }, { name: 'e', ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } } }],
  },
}
const C = 'spec/containers/0'
const AT = 'spec.containers[0]'
const LABEL = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const SUBDOMAIN = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const SIZES = '1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei'
const PROFILES = 'supported values: "Localhost", "RuntimeDefault", "Unconfined"'
const QUALIFIED = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const VALUE = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
const WINDOWS = 'cannot be set for a windows pod'
/** A volume in place of the second one, which nobody mounts. */
const volume = (source: object): [string, unknown] => ['spec/volumes/1', { name: 'x', ...source }]
const projected = (...sources: object[]): [string, unknown] => volume({ projected: { sources } })
const env = (valueFrom: object): [string, unknown] => [`${C}/env`, [{ name: 'A', valueFrom }]]
const spread = (more: object): [string, unknown] => ['spec/topologySpreadConstraints', [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', ...more }]]
const near = (term: object): [string, unknown] => ['spec/affinity', { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', ...term }] } }]
const NEAR = 'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]'

type Row = [...[path: string, value: unknown], causes: string[]]
const rows = (group: string, list: Row[]): void => {
  describe(`of ${group}`, () => {
    it.each(list)('%s = %j', (path, value, causes) => {
      expect(faults('Pod', change(POD, path, value))).toEqual(causes)
    })
  })
}

it('the pod that is changed below is in order', () => {
  expect(faults('Pod', POD)).toEqual([])
})

rows('containers', [
  [`${C}/name`, 'a.b', [`${AT}.name: Invalid value: "a.b": must not contain dots`]],
  [`${C}/resizePolicy`, [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }, { resourceName: 'cpu', restartPolicy: 'Sometimes' }], [`${AT}.resizePolicy[1]: Duplicate value: "cpu"`, `${AT}.resizePolicy: Unsupported value: "Sometimes": supported values: "NotRequired", "RestartContainer"`]],
  [`${C}/resizePolicy`, [{ resourceName: 'disk', restartPolicy: 'NotRequired' }], [`${AT}.resizePolicy: Unsupported value: "disk": supported values: "cpu", "memory"`]],
  ['spec/initContainers/1/ports', [{ containerPort: 1, hostPort: 99 }, { containerPort: 2, hostPort: 99 }], ['spec.initContainers[1].ports[1].hostPort: Duplicate value: "TCP//99"']],
  ['spec/initContainers/0/lifecycle', { preStop: { exec: { command: ['x'] } } }, ['spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always']],
  [`${C}/readinessProbe`, { tcpSocket: { port: 1 }, terminationGracePeriodSeconds: 0 }, [`${AT}.readinessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0`, `${AT}.readinessProbe.terminationGracePeriodSeconds: Invalid value: 0: must not be set for readinessProbes`]],
  [`${C}/livenessProbe`, { grpc: { port: 0 } }, [`${AT}.livenessProbe.grpc.port: Invalid value: 0: must be between 1 and 65535, inclusive`]],
  [`${C}/resources`, { limits: { 'hugepages-2Mi': '3Mi', memory: '1Gi' } }, [`${AT}.resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi`, `${AT}.resources.requests[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi`]],
  [`${C}/resources`, { limits: { 'hugepages-2Mi': '4Mi' } }, [`${AT}.resources: Forbidden: HugePages require cpu or memory`]],
  [`${C}/resources`, { limits: { 'requests.a.b/gpu': '1' } }, ['limits', 'requests'].map((which) => `${AT}.resources.${which}[requests.a.b/gpu]: Invalid value: "requests.a.b/gpu": doesn't follow extended resource name standard`)],
  [`${C}/resources`, { limits: { pods: '1' } }, ['limits', 'requests'].map((which) => `${AT}.resources.${which}[pods]: Invalid value: "pods": must be a standard resource for containers`)],
  [`${C}/resources/claims`, [{ name: 'gpu' }, { name: 'gpu' }, { name: 'tpu' }, {}], [`${AT}.resources.claims[1]: Duplicate value: "gpu"`, `${AT}.resources.claims[2]: Not found: "tpu": must be one of the names in pod.spec.resourceClaims: gpu`, `${AT}.resources.claims[3]: Required value`]],
  [`${C}/resources/claims`, [{ name: 'gpu', request: 'a' }, { name: 'gpu', request: 'a' }, { name: 'gpu' }], [`${AT}.resources.claims[1]: Duplicate value: "gpu/a"`, `${AT}.resources.claims[2]: Duplicate value: "gpu"`]],
  ['spec/resourceClaims', [{ name: 'gpu' }, { name: 'gpu', resourceClaimName: 'A', resourceClaimTemplateName: 't' }], [
    'spec.resourceClaims[0]: Invalid value: {"name":"gpu"}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`', 'spec.resourceClaims[1].name: Duplicate value: "gpu"',
    'spec.resourceClaims[1]: Invalid value: {"name":"gpu","resourceClaimName":"A","resourceClaimTemplateName":"t"}: at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified', `spec.resourceClaims[1].resourceClaimName: Invalid value: "A": ${SUBDOMAIN}`,
  ]],
])

rows('environment', [
  [`${C}/envFrom`, [{ secretRef: { name: 'A' } }], [`${AT}.envFrom[0].secretRef.name: Invalid value: "A": ${SUBDOMAIN}`]],
  [...env({ configMapKeyRef: { name: 'UP', key: 'a/b' } }), [`${AT}.env[0].valueFrom.configMapKeyRef.name: Invalid value: "UP": ${SUBDOMAIN}`, `${AT}.env[0].valueFrom.configMapKeyRef.key: Invalid value: "a/b": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`]],
  [...env({ fieldRef: { apiVersion: 'v2', fieldPath: 'metadata.name' } }), [`${AT}.env[0].valueFrom.fieldRef.fieldPath: Invalid value: "metadata.name": error converting fieldPath: unsupported pod version: v2`]],
  [...env({ fieldRef: { fieldPath: "spec.nodeName['x']" } }), [`${AT}.env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.nodeName['x']": error converting fieldPath: field label does not support subscript: spec.nodeName['x']`]],
  [...env({ fieldRef: { fieldPath: "metadata.labels['a b']" } }), [`${AT}.env[0].valueFrom.fieldRef: Invalid value: "a b": ${QUALIFIED}`]],
  [...env({ fieldRef: { fieldPath: 'metadata.labels' } }), [`${AT}.env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "metadata.labels": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"`]],
  [...env({ resourceFieldRef: { resource: 'limits.cpu', divisor: '10m' } }), [`${AT}.env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor's values 1m and 1 are supported with the cpu resource`]],
  [...env({ resourceFieldRef: { resource: 'requests.memory', divisor: '2Mi' } }), [`${AT}.env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "requests.memory": only divisor's values ${SIZES} are supported with the memory resource`]],
  [...env({ resourceFieldRef: { resource: 'limits.ephemeral-storage', divisor: '3' } }), [`${AT}.env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.ephemeral-storage": only divisor's values ${SIZES} are supported with the local ephemeral storage resource`]],
  [...env({ resourceFieldRef: { resource: 'limits.hugepages-2Mi', divisor: '3' } }), [`${AT}.env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.hugepages-2Mi": only divisor's values ${SIZES} are supported with the hugepages resource`]],
  [...env({ resourceFieldRef: { resource: 'limits.cpu', divisor: '1000m' } }), []],
])

rows('volumes', [
  // One that is wrong is none that could be mounted.
  ['spec/volumes/0/name', 'V', [`spec.volumes[0].name: Invalid value: "V": ${LABEL}`, `${AT}.volumeMounts[0].name: Not found: "v"`]],
  [...volume({ emptyDir: {}, nfs: { server: 's', path: '/' } }), ['spec.volumes[1].nfs: Forbidden: may not specify more than 1 volume type']],
  [...volume({ nfs: {} }), ['spec.volumes[1].nfs.server: Required value', 'spec.volumes[1].nfs.path: Required value', 'spec.volumes[1].nfs.path: Invalid value: "": must be an absolute path']],
  [...volume({ iscsi: { targetPortal: 'p', iqn: 'x', lun: 256, chapAuthSession: true } }), ['spec.volumes[1].iscsi.iqn: Invalid value: "x": must be valid format starting with iqn, eui, or naa', 'spec.volumes[1].iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive', 'spec.volumes[1].iscsi.secretRef: Required value']],
  [...volume({ fc: { targetWWNs: ['a'] } }), ['spec.volumes[1].fc.lun: Required value: lun is required if targetWWNs is specified']],
  [...volume({ csi: { driver: 'a_b' } }), [`spec.volumes[1].csi.driver: Invalid value: "a_b": ${SUBDOMAIN}`]],
  [...volume({ flexVolume: { driver: 'd', options: { 'x.kubernetes.io/y': '1' } } }), ['spec.volumes[1].flexVolume.options[x.kubernetes.io/y]: Invalid value: "x.kubernetes.io/y": kubernetes.io and k8s.io namespaces are reserved']],
  [...volume({ gitRepo: { repository: '', directory: '/a' } }), ['spec.volumes[1].gitRepo.repository: Required value', 'spec.volumes[1].gitRepo.directory: Invalid value: "/a": must be a relative path']],
  [...volume({ image: {} }), ['spec.volumes[1].image.reference: Required value']],
  [...volume({ persistentVolumeClaim: { claimName: 'x-e' } }), ['spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: "x-e": must not reference a PVC that gets created for an ephemeral volume']],
  ['spec/volumes/2/ephemeral', {}, ['spec.volumes[2].ephemeral.volumeClaimTemplate: Required value']],
  ['spec/volumes/2/ephemeral/volumeClaimTemplate/metadata', { name: 'x' }, ['spec.volumes[2].ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set']],
  ['spec/volumes/2/ephemeral/volumeClaimTemplate/spec/accessModes', [], ['spec.volumes[2].ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode is required']],
  [...volume({ secret: { secretName: 's', items: [{ key: 'k', path: '..a' }] } }), [`spec.volumes[1].secret.items[0].path: Invalid value: "..a": must not start with '..'`]],
  [...volume({ downwardAPI: { items: [{ path: 'f', resourceFieldRef: { resource: 'limits.cpu' } }] } }), ['spec.volumes[1].downwardAPI.resourceFieldRef.containerName: Required value']],
  [...projected({ secret: { name: 's', items: [{ key: 'k', path: 'p' }] } }, { configMap: { name: 'c', items: [{ key: 'k', path: 'p' }] } }), ['spec.volumes[1].projected: Invalid value: "c": conflicting duplicate paths']],
  [...projected({ serviceAccountToken: { path: '../t', expirationSeconds: 2 ** 33 } }), ['spec.volumes[1].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 8589934592: may not specify a duration larger than 2^32 seconds', `spec.volumes[1].projected.path: Invalid value: "../t": must not contain '..'`]],
  [...projected({ clusterTrustBundle: { path: 'ca.pem' } }), ['spec.volumes[1].projected.sources[0].clusterTrustBundle: Required value: either name or signerName must be specified']],
  [...projected({ clusterTrustBundle: { path: 'ca.pem', name: 'a', labelSelector: {} } }), ['spec.volumes[1].projected.sources[0].clusterTrustBundle.labelSelector: Invalid value: {}: labelSelector must be unset if name is specified']],
  [`${C}/volumeDevices`, [{ name: 'v', devicePath: '/v' }, { name: 'c', devicePath: '/a/../b' }, { name: 'c', devicePath: '' }, { name: 'n', devicePath: '/n' }], [
    `${AT}.volumeMounts[0].name: Invalid value: "v": must not already exist in volumeDevices`, `${AT}.volumeMounts[0].mountPath: Invalid value: "/v": must not already exist as a path in volumeDevices`,
    `${AT}.volumeDevices[0].name: Invalid value: "v": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode`, `${AT}.volumeDevices[0].name: Invalid value: "v": must not already exist in volumeMounts`, `${AT}.volumeDevices[0].devicePath: Invalid value: "/v": must not already exist as a path in volumeMounts`,
    `${AT}.volumeDevices[1].devicePath: Invalid value: "/a/../b": can not contain backsteps ('..')`, `${AT}.volumeDevices[2].name: Invalid value: "c": must be unique`, `${AT}.volumeDevices[2].devicePath: Required value`, `${AT}.volumeDevices[3].name: Not found: "n"`,
  ]],
  ['spec/serviceAccountName', undefined, []],
])
it('a token wants an account', () => {
  const [path, value] = projected({ serviceAccountToken: { path: 't' } })
  expect(faults('Pod', change(change(POD, 'spec/serviceAccountName', undefined), path, value))).toEqual(['spec.volumes[1].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set'])
})

rows('security', [
  ['spec/securityContext', { supplementalGroups: [0, -1], fsGroupChangePolicy: 'Never', supplementalGroupsPolicy: 'X', seLinuxChangePolicy: 'X' }, [
    'spec.securityContext.supplementalGroups[1]: Invalid value: -1: must be between 0 and 2147483647, inclusive', 'spec.securityContext.fsGroupChangePolicy: Unsupported value: "Never": supported values: "Always", "OnRootMismatch"',
    'spec.securityContext.supplementalGroupsPolicy: Unsupported value: "X": supported values: "Merge", "Strict"', 'spec.securityContext.seLinuxChangePolicy: Unsupported value: "X": supported values: "MountOption", "Recursive"',
  ]],
  ['spec/securityContext/seccompProfile', {}, ['spec.securityContext.seccompProfile.type: Required value: type is required when seccompProfile is set']],
  ['spec/securityContext/seccompProfile', { type: 'Local' }, [`spec.securityContext.seccompProfile.type: Unsupported value: "Local": ${PROFILES}`]],
  ['spec/securityContext/seccompProfile', { type: 'Localhost' }, ['spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost']],
  ['spec/securityContext/seccompProfile', { type: 'Localhost', localhostProfile: '/a' }, ['spec.securityContext.seccompProfile.localhostProfile: Invalid value: "/a": must be a relative path']],
  ['spec/securityContext/seccompProfile', { type: 'Unconfined', localhostProfile: 'a' }, ['spec.securityContext.seccompProfile.localhostProfile: Invalid value: {"type":"Unconfined","localhostProfile":"a"}: can only be set when seccomp type is Localhost']],
  [`${C}/securityContext/appArmorProfile`, { type: 'Localhost' }, [`${AT}.securityContext.appArmorProfile.localhostProfile: Required value: must be set when AppArmor type is Localhost`]],
  [`${C}/securityContext/appArmorProfile`, { type: 'Localhost', localhostProfile: ' a' }, [`${AT}.securityContext.appArmorProfile.localhostProfile: Invalid value: " a": must not be padded with whitespace`]],
  [`${C}/securityContext/appArmorProfile`, { type: 'RuntimeDefault', localhostProfile: 'a' }, [`${AT}.securityContext.appArmorProfile.localhostProfile: Invalid value: "a": can only be set when AppArmor type is Localhost`]],
  [`${C}/securityContext/appArmorProfile`, { type: 'x' }, [`${AT}.securityContext.appArmorProfile.type: Unsupported value: "x": ${PROFILES}`]],
  [`${C}/securityContext`, { procMount: 'Unmasked' }, [`${AT}.securityContext.procMount: Invalid value: "Unmasked": \`hostUsers\` must be false to use \`Unmasked\``]],
  [`${C}/securityContext`, { procMount: 'None' }, [`${AT}.securityContext.procMount: Unsupported value: "None": supported values: "Default", "Unmasked"`]],
  [`${C}/securityContext`, { allowPrivilegeEscalation: false, capabilities: { add: ['CAP_SYS_ADMIN'] } }, [`${AT}.securityContext: Invalid value: {"allowPrivilegeEscalation":false,"capabilities":{"add":["CAP_SYS_ADMIN"]}}: cannot set \`allowPrivilegeEscalation\` to false and \`capabilities.Add\` CAP_SYS_ADMIN`]],
  [`${C}/securityContext`, { runAsGroup: 2 ** 31 }, [`${AT}.securityContext.runAsGroup: Invalid value: 2147483648: must be between 0 and 2147483647, inclusive`]],
  [`${C}/securityContext`, { windowsOptions: { runAsUserName: '', gmsaCredentialSpecName: 'A' } }, [`${AT}.securityContext.windowsOptions.gmsaCredentialSpecName: Invalid value: "A": ${SUBDOMAIN}`, `${AT}.securityContext.windowsOptions.runAsUserName: Invalid value: "": runAsUserName cannot be an empty string`]],
  [C, { name: 'a', image: 'i', securityContext: { windowsOptions: { hostProcess: true } } }, ['spec: Invalid value: "": If pod contains any hostProcess containers then all containers must be HostProcess containers', 'spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers']],
  ['spec/os', { name: 'plan9' }, ['spec.os: Unsupported value: "plan9": supported values: "linux", "windows"']],
  ['spec/os', {}, ['spec.os.name: Required value: cannot be empty']],
])
it('a pod of one system has no options of the other', () => {
  const linux = change(change(POD, 'spec/os', { name: 'linux' }), 'spec/securityContext', { windowsOptions: {} })
  expect(faults('Pod', linux)).toEqual(['spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod'])
  const windows = change(change(change(POD, 'spec/os', { name: 'windows' }), 'spec/securityContext', { runAsUser: 1 }), `${C}/securityContext`, { privileged: true })
  expect(faults('Pod', windows)).toEqual([`spec.securityContext.runAsUser: Forbidden: ${WINDOWS}`, `${AT}.securityContext.privileged: Forbidden: ${WINDOWS}`])
})
it('a namespaced sysctl wants a namespace of its own', () => {
  const pod = change(change(POD, 'spec/hostNetwork', true), 'spec/initContainers', [])
  expect(faults('Pod', change(pod, 'spec/securityContext', { sysctls: [{ name: 'net/ipv4/tcp_syncookies', value: '1' }] }))).toEqual(["spec.securityContext.sysctls[0].name: Invalid value: \"net/ipv4/tcp_syncookies\": may not be specified when 'hostNetwork' is true"])
  expect(faults('Pod', change(change(POD, 'spec/hostIPC', true), 'spec/securityContext', { sysctls: [{ name: 'kernel.shmmax', value: '1' }] }))).toEqual(["spec.securityContext.sysctls[0].name: Invalid value: \"kernel.shmmax\": may not be specified when 'hostIPC' is true"])
})

rows('names and addresses', [
  ['spec/dnsConfig', { nameservers: ['1.1.1.1', '1.1.1.2', '1.1.1.3', 'x'], searches: ['_srv.a.', '.', 'A'], options: [{}] }, [
    'spec.dnsConfig.nameservers: Invalid value: ["1.1.1.1","1.1.1.2","1.1.1.3","x"]: must not have more than 3 nameservers', 'spec.dnsConfig.nameservers[3]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    `spec.dnsConfig.searches[2]: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')`, 'spec.dnsConfig.options[0]: Required value: must not be empty',
  ]],
  ['spec/dnsConfig', { searches: Array.from({ length: 33 }, () => 'a') }, [`spec.dnsConfig.searches: Invalid value: ${JSON.stringify(Array.from({ length: 33 }, () => 'a'))}: must not have more than 32 search paths`]],
  ['spec/dnsPolicy', 'Some', ['spec.dnsPolicy: Unsupported value: "Some": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"']],
  ['spec/preemptionPolicy', 'Always', ['spec.preemptionPolicy: Unsupported value: "Always": supported values: "PreemptLowerPriority", "Never"']],
  ['spec/runtimeClassName', '', [`spec.runtimeClassName: Invalid value: "": ${SUBDOMAIN}`]],
  ['spec/overhead', { cpu: '-1' }, ['spec.overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0']],
  ['spec/terminationGracePeriodSeconds', -1, []],
  ['spec/readinessGates', [{ conditionType: 'a b' }], [`spec.readinessGates[0].conditionType: Invalid value: "a b": ${QUALIFIED}`]],
  ['spec/hostAliases', [{ ip: '1.2.3.4', hostnames: ['A'] }], [`spec.hostAliases[0].hostnames[0]: Invalid value: "A": ${SUBDOMAIN}`]],
])

rows('placement', [
  [...spread({ minDomains: 0 }), ['spec.topologySpreadConstraints[0].minDomains: Invalid value: 0: must be greater than zero']],
  [...spread({ nodeTaintsPolicy: 'x', nodeAffinityPolicy: 'y' }), ['spec.topologySpreadConstraints[0].nodeAffinityPolicy: Unsupported value: "y": supported values: "Honor", "Ignore"', 'spec.topologySpreadConstraints[0].nodeTaintsPolicy: Unsupported value: "x": supported values: "Honor", "Ignore"']],
  [...spread({ matchLabelKeys: ['a'] }), ['spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set']],
  [...spread({ matchLabelKeys: ['a b'], labelSelector: {} }), [`spec.topologySpreadConstraints[0].matchLabelKeys[0]: Invalid value: "a b": ${QUALIFIED}`]],
  [...near({ namespaces: ['A'] }), [`${NEAR}.namespace: Invalid value: "A": ${LABEL}`]],
  [...near({ labelSelector: {}, matchLabelKeys: ['a'], mismatchLabelKeys: ['a'] }), [`${NEAR}.matchLabelKeys[0]: Invalid value: "a": exists in both matchLabelKeys and mismatchLabelKeys`]],
  [...near({ labelSelector: { matchExpressions: [{ key: 'a', operator: 'In', values: ['b c'] }] } }), [`${NEAR}.labelSelector.matchExpressions[0].values[0]: Invalid value: "b c": ${VALUE}`]],
  ['spec/affinity', { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b c'] }], matchFields: [{ key: 'metadata.name', operator: 'In', values: ['N'] }] }] } } }, [
    `spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values[0]: Invalid value: "b c": ${VALUE}`, `spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].values[0]: Invalid value: "N": ${SUBDOMAIN}`,
  ]],
  ['spec/affinity', { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [{ key: 'a', operator: 'In', values: ['b c'] }] } }] } }, []],
])

rows('annotations', [
  ['metadata/annotations', { 'controller.kubernetes.io/pod-deletion-cost': '1e3' }, ['metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "1e3": must be a 32bit integer']],
  ['metadata/annotations', { 'kubernetes.io/config.mirror': 'x' }, ['metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "x": must set spec.nodeName if mirror pod annotation is set']],
  ['metadata/annotations', { 'container.apparmor.security.beta.kubernetes.io/nobody': 'mine' }, ['metadata.annotations[container.apparmor.security.beta.kubernetes.io/nobody]: Invalid value: "nobody": container not found', 'metadata.annotations[container.apparmor.security.beta.kubernetes.io/nobody]: Invalid value: "mine": invalid AppArmor profile name: "mine"']],
  ['metadata/annotations', { 'seccomp.security.alpha.kubernetes.io/pod': 'mine' }, ['metadata.annotations.seccomp.security.alpha.kubernetes.io/pod: Invalid value: "mine": must be a valid seccomp profile']],
])

describe('keys whose values the pod brings', () => {
  const keyed = (selector: object): Body => ({ ...change(POD, ...spread({ labelSelector: selector, matchLabelKeys: ['v', 'w'] })), metadata: { labels: { v: '1' } } })
  it('become requirements of the selector', () => {
    expect(created('Pod', keyed({ matchLabels: { a: 'b' } }))).toMatchObject({ spec: { topologySpreadConstraints: [{ labelSelector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'v', operator: 'In', values: ['1'] }] } }] } })
    const apart = created('Pod', { ...change(POD, ...near({ labelSelector: {}, mismatchLabelKeys: ['v'] })), metadata: { labels: { v: '1' } } })
    expect(apart).toMatchObject({ spec: { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchExpressions: [{ key: 'v', operator: 'NotIn', values: ['1'] }] } }] } } } })
  })
  it('are refused where the user has said the same', () => {
    expect(faults('Pod', keyed({ matchLabels: { v: '1' } }))).toEqual(['spec.topologySpreadConstraints[0][0]: Invalid value: "v": exists in both matchLabelKeys and labelSelector'])
  })
})
