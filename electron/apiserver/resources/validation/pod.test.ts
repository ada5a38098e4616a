import { describe, expect, it } from 'vitest'
import type { Body } from '../testing.ts'
import { change, created, faults, kindOf } from '../testing.ts'

const VALID: Body = {
  spec: {
    restartPolicy: 'Always', serviceAccountName: 'sa', nodeSelector: { disk: 'ssd' }, hostname: 'web', activeDeadlineSeconds: 5,
    securityContext: { runAsUser: 0 }, readinessGates: [{ conditionType: 'a.b/c' }], hostAliases: [{ ip: '1.2.3.4', hostnames: ['a.b'] }],
    tolerations: [{ operator: 'Exists' }, { key: 'a', value: 'b', effect: 'NoExecute', tolerationSeconds: 5 }],
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule', minDomains: 2, labelSelector: { matchLabels: { a: 'b' } } }],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Gt', values: ['1'] }], matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }] }] },
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } }],
      },
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', labelSelector: { matchLabels: { a: 'b' } } }],
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: { topologyKey: 'zone', namespaces: ['a'] } }],
      },
    },
    initContainers: [{ name: 'init', image: 'i' }, { name: 'side', image: 'i', restartPolicy: 'Always', startupProbe: { exec: { command: ['true'] } } }],
    containers: [
      {
        name: 'a', image: 'web', ports: [{ name: 'http', containerPort: 80, hostPort: 80 }], env: [{ name: 'A', value: 'b' }, { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }, { name: 'C', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } }, { name: 'D', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } }],
        envFrom: [{ configMapRef: { name: 'c' } }], resources: { limits: { cpu: '1', memory: '1Gi', 'a.b/gpu': '1' }, requests: { cpu: '1', 'a.b/gpu': '1' } },
        livenessProbe: { httpGet: { port: 'http' } }, readinessProbe: { tcpSocket: { port: 80 }, successThreshold: 2 }, lifecycle: { preStop: { sleep: { seconds: 3 } } },
        volumeMounts: [{ name: 'v', mountPath: '/v', subPath: 'a/b' }, { name: 'v', mountPath: '/w' }],
      },
      { name: 'b', image: 'web' },
    ],
    volumes: [
      { name: 'v' }, { name: 'e', emptyDir: { sizeLimit: '1Gi' } }, { name: 'h', hostPath: { path: '/tmp' } }, { name: 'c', configMap: { name: 'c', items: [{ key: 'k', path: 'a/b', mode: 0o400 }] } }, { name: 's', secret: { secretName: 's' } },
      { name: 'p', persistentVolumeClaim: { claimName: 'c' } }, { name: 'd', downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] } },
      { name: 'j', projected: { sources: [{ serviceAccountToken: { path: 't' } }, { configMap: { name: 'c' } }, { downwardAPI: { items: [{ path: 'n', fieldRef: { fieldPath: 'metadata.name' } }] } }] } },
    ],
  },
}
const C = 'spec/containers/0'
const LABEL = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const SUBDOMAIN = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const QUALIFIED = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const QUANTITY = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

describe('a pod', () => {
  it('with everything right passes', () => {
    expect(faults('Pod', VALID)).toEqual([])
  })
  it('without a spec is told so', () => {
    expect(faults('Pod', { spec: {} })).toEqual(['spec.containers: Required value'])
  })

  it.each<[string, unknown, string[]]>([
    // containers
    ['spec/containers', [], ['spec.containers: Required value']],
    [`${C}/name`, undefined, ['spec.containers[0].name: Required value']],
    [`${C}/name`, 'A b', [`spec.containers[0].name: Invalid value: "A b": ${LABEL}`]],
    ['spec/containers/1/name', 'a', ['spec.containers[1].name: Duplicate value: "a"']],
    ['spec/initContainers/0/name', 'side', ['spec.initContainers[1].name: Duplicate value: "side"']],
    [`${C}/image`, '', ['spec.containers[0].image: Required value']],
    [`${C}/image`, ' web', ['spec.containers[0].image: Invalid value: " web": must not have leading or trailing whitespace']],
    [`${C}/imagePullPolicy`, 'Sometimes', ['spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"']],
    [`${C}/terminationMessagePolicy`, 'x', ['spec.containers[0].terminationMessagePolicy: Unsupported value: "x": supported values: "File", "FallbackToLogsOnError"']],
    [`${C}/restartPolicy`, 'Sometimes', ['spec.containers[0].restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"']],
    [`${C}/restartPolicyRules`, [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }], ['spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used']],
    [C, { name: 'a', image: 'i', restartPolicy: 'Never', restartPolicyRules: [{ action: 'Stop' }, { action: 'Restart', exitCodes: { operator: 'Like', values: [] } }] }, [
      'spec.containers[0].restartPolicyRules[0].action: Unsupported value: "Stop": supported values: "Restart"', 'spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified',
      'spec.containers[0].restartPolicyRules[1].exitCodes.operator: Unsupported value: "Like": supported values: "In", "NotIn"', 'spec.containers[0].restartPolicyRules[1].exitCodes.values: Invalid value: []: at least one value must be specified',
    ]],
    ['spec/initContainers/0/livenessProbe', { exec: { command: ['x'] } }, ['spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always']],
    ['spec/initContainers/0/restartPolicy', 'Maybe', ['spec.initContainers[0].restartPolicy: Unsupported value: "Maybe": supported values: "Always", "Never", "OnFailure"']],
    [`${C}/securityContext`, { privileged: true, allowPrivilegeEscalation: false }, ['spec.containers[0].securityContext: Invalid value: {"privileged":true,"allowPrivilegeEscalation":false}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true']],
    [`${C}/securityContext`, { runAsUser: -1 }, ['spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive']],
    // ports
    [`${C}/ports/0/containerPort`, undefined, ['spec.containers[0].ports[0].containerPort: Required value']],
    [`${C}/ports/0/containerPort`, 70_000, ['spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive']],
    [`${C}/ports/0/hostPort`, -1, ['spec.containers[0].ports[0].hostPort: Invalid value: -1: must be between 1 and 65535, inclusive']],
    [`${C}/ports/0/protocol`, 'tcp', ['spec.containers[0].ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"']],
    [`${C}/ports/1`, { name: 'http', containerPort: 81 }, ['spec.containers[0].ports[1].name: Duplicate value: "http"']],
    ['spec/containers/1/ports', [{ containerPort: 81, hostPort: 80 }], ['spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//80"']],
    ['spec/containers/1/ports', [{ name: '80', containerPort: 81 }], ['spec.containers[1].ports[0].name: Invalid value: "80": must contain at least one letter (a-z)']],
    // env
    [`${C}/env/0/name`, '', ['spec.containers[0].env[0].name: Required value']],
    [`${C}/env/0/name`, 'A=B', ['spec.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than \'=\'']],
    [`${C}/env/0/valueFrom`, { secretKeyRef: { name: 's', key: 'k' } }, ['spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty']],
    [`${C}/env/1/valueFrom`, {}, ['spec.containers[0].env[1].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`']],
    ...([
      [{}, ['volumeName: Required value', 'path: Required value', 'key: Required value']], [{ volumeName: 'e', path: 'a/b.env', key: 'A.b' }, []],
      [{ volumeName: 'nobody', path: '/b.env', key: 'A=' }, ['path: Invalid value: "/b.env": must be a relative path', `key: Invalid value: "A=": a valid environment variable name must consist only of printable ASCII characters other than '='`, 'volumeName: Not found: "nobody"']],
      [{ volumeName: 's', path: 'a/../b', key: 'k'.repeat(129) }, [`path: Invalid value: "a/../b": must not contain '..'`, `key: Invalid value: "${'k'.repeat(129)}": must be no more than 128 characters`, 'volumeName: Invalid value: "s": only emptyDir volumes are supported']],
    ] as const).map(([fileKeyRef, said]): [string, unknown, string[]] => [`${C}/env/1/valueFrom`, { fileKeyRef }, said.map((text) => `spec.containers[0].env[1].valueFrom.fileKeyRef.${text}`)]),
    [`${C}/env/1/valueFrom/configMapKeyRef`, { name: 'c', key: 'k' }, ['spec.containers[0].env[1].valueFrom: Invalid value: "": may not have more than one field specified at a time']],
    [`${C}/env/1/valueFrom/secretKeyRef`, {}, [`spec.containers[0].env[1].valueFrom.secretKeyRef.name: Invalid value: "": ${SUBDOMAIN}`, 'spec.containers[0].env[1].valueFrom.secretKeyRef.key: Required value']],
    [`${C}/env/2/valueFrom/fieldRef/fieldPath`, 'spec.foo', ['spec.containers[0].env[2].valueFrom.fieldRef.fieldPath: Invalid value: "spec.foo": error converting fieldPath: field label not supported: spec.foo']],
    [`${C}/env/2/valueFrom/fieldRef/fieldPath`, 'status.phase', ['spec.containers[0].env[2].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"']],
    [`${C}/env/3/valueFrom/resourceFieldRef/resource`, '', ['spec.containers[0].env[3].valueFrom.resourceFieldRef.resource: Required value']],
    [`${C}/envFrom/0`, {}, ['spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`']],
    [`${C}/envFrom/0/secretRef`, { name: 's' }, ['spec.containers[0].envFrom: Invalid value: "": may not have more than one field specified at a time']],
    [`${C}/envFrom/0/configMapRef/name`, '', ['spec.containers[0].envFrom[0].configMapRef.name: Required value']],
    // resources
    [`${C}/resources/limits/cpu`, 'lots', [`spec.containers[0].resources.limits[cpu]: Invalid value: "lots": ${QUANTITY}`]],
    [`${C}/resources/limits/memory`, '-1', ['spec.containers[0].resources.limits[memory]: Invalid value: "-1": must be greater than or equal to 0', 'spec.containers[0].resources.requests[memory]: Invalid value: "-1": must be greater than or equal to 0']],
    [`${C}/resources/requests/cpu`, '2', ['spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1']],
    [`${C}/resources/requests/gpu`, '1', ['spec.containers[0].resources.requests[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified', 'spec.containers[0].resources.requests[gpu]: Invalid value: "gpu": must be a standard resource for containers']],
    [`${C}/resources`, { limits: { 'a.b/gpu': '2' }, requests: { 'a.b/gpu': '1' } }, ['spec.containers[0].resources.requests: Invalid value: "1": must be equal to a.b/gpu limit of 2']],
    [`${C}/resources`, { limits: { 'a.b/gpu': '1500m' } }, ['spec.containers[0].resources.limits[a.b/gpu]: Invalid value: "1500m": must be an integer', 'spec.containers[0].resources.requests[a.b/gpu]: Invalid value: "1500m": must be an integer']],
    // resources of the pod as a whole
    ['spec/resources', { limits: { cpu: 'lots' } }, [`spec.resources.limits[cpu]: Invalid value: "lots": ${QUANTITY}`]],
    ['spec/resources', { claims: [{ name: 'gpu' }] }, ['spec.resources.claims: Forbidden: claims cannot be set for Resources at pod-level', 'spec.resources.claims[0]: Not found: "gpu": must be one of the names in pod.spec.resourceClaims which is empty']],
    ['spec/resources', { requests: { 'a.b/gpu': '1', 'ephemeral-storage': '1' } }, ['spec.resources.requests[a.b/gpu]: Unsupported value: "a.b/gpu": supported values: "cpu", "hugepages-", "memory"', 'spec.resources.requests[ephemeral-storage]: Unsupported value: "ephemeral-storage": supported values: "cpu", "hugepages-", "memory"']],
    ['spec/resources', { requests: { cpu: '2', memory: '2Gi' }, limits: { cpu: '1', memory: '2Gi' } }, ['spec.resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1']],
    ['spec/resources', { requests: { cpu: '500m' } }, ['spec.resources.requests[cpu]: Invalid value: "500m": must be greater than or equal to aggregate container requests of 1']],
    ['spec/resources', { requests: { cpu: '3' }, limits: { cpu: '3', memory: '1Mi' } }, ['spec.resources.requests: Invalid value: "1Gi": must be less than or equal to memory limit of 1Mi', 'spec.containers[0].resources.limits[memory]: Invalid value: "1Gi": must be less than or equal to pod limits of 1Mi']],
    // probes and hooks
    [`${C}/livenessProbe`, {}, ['spec.containers[0].livenessProbe: Required value: must specify a handler type']],
    [`${C}/livenessProbe/tcpSocket`, { port: 1 }, ['spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type']],
    [`${C}/livenessProbe/periodSeconds`, -1, ['spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0']],
    [`${C}/livenessProbe/successThreshold`, 2, ['spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1']],
    [`${C}/livenessProbe/terminationGracePeriodSeconds`, 0, ['spec.containers[0].livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0']],
    [`${C}/readinessProbe/terminationGracePeriodSeconds`, 5, ['spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes']],
    [`${C}/readinessProbe/tcpSocket/port`, 0, ['spec.containers[0].readinessProbe.tcpSocket.port: Invalid value: 0: must be between 1 and 65535, inclusive']],
    [`${C}/livenessProbe/httpGet/scheme`, 'ftp', ['spec.containers[0].livenessProbe.httpGet.scheme: Unsupported value: "ftp": supported values: "HTTP", "HTTPS"']],
    [`${C}/livenessProbe/httpGet/httpHeaders`, [{ name: 'a b', value: '' }], ["spec.containers[0].livenessProbe.httpGet.httpHeaders: Invalid value: \"a b\": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"]],
    ['spec/initContainers/1/startupProbe/exec', {}, ['spec.initContainers[1].startupProbe.exec.command: Required value']],
    [`${C}/lifecycle/preStop/sleep/seconds`, 31, ['spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)']],
    [`${C}/lifecycle/postStart`, {}, ['spec.containers[0].lifecycle.postStart: Required value: must specify a handler type']],
    // volumes and mounts
    [`${C}/volumeMounts/0/name`, 'nope', ['spec.containers[0].volumeMounts[0].name: Not found: "nope"']],
    [`${C}/volumeMounts/1/mountPath`, '/v', ['spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/v": must be unique']],
    [`${C}/volumeMounts/1/mountPath`, '', ['spec.containers[0].volumeMounts[1].mountPath: Required value']],
    [`${C}/volumeMounts/0/subPath`, '/a', ['spec.containers[0].volumeMounts.subPath: Invalid value: "/a": must be a relative path']],
    [`${C}/volumeMounts/0/subPath`, '../a', ["spec.containers[0].volumeMounts.subPath: Invalid value: \"../a\": must not contain '..'"]],
    [`${C}/volumeMounts/0/mountPropagation`, 'Bidirectional', ['spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers']],
    [`${C}/volumeMounts/0/recursiveReadOnly`, 'Always', ['spec.containers[0].volumeMounts.recursiveReadOnly: Unsupported value: "Always": supported values: "Disabled", "Enabled", "IfPossible"']],
    [`${C}/volumeMounts/0/recursiveReadOnly`, 'Enabled', ['spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true']],
    [`${C}/volumeMounts/0/recursiveReadOnly`, 'IfPossible', ['spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true']],
    [`${C}/volumeMounts/0/recursiveReadOnly`, 'Disabled', []],
    [`${C}/volumeMounts/0`, { name: 'v', mountPath: '/m', readOnly: true, recursiveReadOnly: 'Enabled', mountPropagation: 'None' }, []],
    [`${C}/volumeMounts/0`, { name: 'v', mountPath: '/m', readOnly: true, recursiveReadOnly: 'Enabled', mountPropagation: 'HostToContainer' }, ['spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified']],
    ['spec/volumes/1/name', 'v', ['spec.volumes[1].name: Duplicate value: "v"']],
    ['spec/volumes/1/name', '', ['spec.volumes[1].name: Required value']],
    ['spec/volumes/1/hostPath', { path: '/x' }, ['spec.volumes[1].hostPath: Forbidden: may not specify more than 1 volume type']],
    ['spec/volumes/1/emptyDir/sizeLimit', '-1', ['spec.volumes[1].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity']],
    ['spec/volumes/8', { name: 'i', image: { pullPolicy: 'Sometimes' } }, ['spec.volumes[8].image.pullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"', 'spec.volumes[8].image.reference: Required value']],
    ['spec/volumes/8', { name: 'i', image: { reference: 'a/b:1', pullPolicy: 'Always' } }, []],
    ['spec/volumes/2/hostPath', { path: '/a/../b', type: 'Dir' }, ["spec.volumes[2].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'", 'spec.volumes[2].hostPath.type: Unsupported value: "Dir": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"']],
    ['spec/volumes/3/configMap/name', '', ['spec.volumes[3].configMap.name: Required value']],
    ['spec/volumes/3/configMap/items/0', { key: '', path: '/a', mode: 512 }, ['spec.volumes[3].configMap.items[0].key: Required value', 'spec.volumes[3].configMap.items[0].path: Invalid value: "/a": must be a relative path', 'spec.volumes[3].configMap.items[0].mode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive']],
    ['spec/volumes/4/secret/secretName', '', ['spec.volumes[4].secret.secretName: Required value']],
    ['spec/volumes/5/persistentVolumeClaim/claimName', '', ['spec.volumes[5].persistentVolumeClaim.claimName: Required value']],
    ['spec/volumes/6/downwardAPI/items/0/fieldRef', undefined, ['spec.volumes[6].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required']],
    ['spec/volumes/7/projected/sources/0/serviceAccountToken/expirationSeconds', 5, ['spec.volumes[7].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes']],
    ['spec/volumes/7/projected/sources/1/secret', { name: 's' }, ['spec.volumes[7].projected.sources[1]: Forbidden: may not specify more than 1 volume type per source']],
    // the pod itself
    ['spec/securityContext/sysctls', [{ name: 'foo-', value: 'bar' }, { name: 'a.b', value: '' }, { name: 'a.b', value: '' }, { name: '', value: '' }], [
      'spec.securityContext.sysctls[0].name: Invalid value: "foo-": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
      'spec.securityContext.sysctls[2].name: Duplicate value: "a.b"', 'spec.securityContext.sysctls[3].name: Required value',
    ]],
    ['spec/restartPolicy', 'Maybe', ['spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"']],
    ['spec/dnsPolicy', 'None', ['spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None']],
    ['spec/activeDeadlineSeconds', 0, ['spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive']],
    ['spec/terminationGracePeriodSeconds', -1, ['spec.containers[0].lifecycle.preStop.sleep: Invalid value: 3: must be non-negative and less than terminationGracePeriodSeconds (-1)']],
    ['spec/nodeSelector', { 'a b': 'c' }, ["spec.nodeSelector: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"]],
    ['spec/hostname', 'A', [`spec.hostname: Invalid value: "A": ${LABEL}`]],
    ['spec/hostAliases/0/ip', 'x', ['spec.hostAliases[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']],
    ['spec/schedulingGates', [{ name: 'a' }, { name: 'a' }], ['spec.schedulingGates[1]: Duplicate value: "a"']],
    ['spec/ephemeralContainers', [{ name: 'e', image: 'i' }], ['spec.ephemeralContainers: Forbidden: cannot be set on create']],
    // scheduling
    ['spec/tolerations/0', { key: '', operator: 'Equal' }, ['spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"']],
    ['spec/tolerations/0', { key: 'a', operator: 'Exists', value: 'b' }, ['spec.tolerations[0].operator: Invalid value: "b": value must be empty when `operator` is \'Exists\'']],
    ['spec/tolerations/0', { key: 'a', operator: 'Like' }, ['spec.tolerations[0].operator: Unsupported value: "Like": supported values: "Equal", "Exists"']],
    ['spec/tolerations/1/effect', 'NoSchedule', ["spec.tolerations[1].effect: Invalid value: \"NoSchedule\": effect must be 'NoExecute' when `tolerationSeconds` is set"]],
    ['spec/topologySpreadConstraints/0/maxSkew', 0, ['spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero']],
    ['spec/topologySpreadConstraints/0/topologyKey', '', ['spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty']],
    ['spec/topologySpreadConstraints/0/whenUnsatisfiable', 'ScheduleAnyway', ['spec.topologySpreadConstraints[0].minDomains: Invalid value: 2: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway']],
    ['spec/topologySpreadConstraints/1', { maxSkew: 2, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule' }, ['spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{kubernetes.io/hostname, DoNotSchedule}"']],
    ['spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms', [], ['spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term']],
    ['spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/matchExpressions/0/operator', 'In', []],
    ['spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/matchExpressions/0', { key: 'a', operator: 'In' }, ["spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"]],
    ['spec/affinity/nodeAffinity/preferredDuringSchedulingIgnoredDuringExecution/0/weight', 101, ['spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 101: must be in the range 1-100']],
    ['spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/0/topologyKey', '', ['spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty', 'spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "": name part must be non-empty', `spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "": name part ${QUALIFIED}`]],
    ['spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/0/weight', 0, ['spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100']],
  ])('with %s = %j', (path, value, expected) => {
    expect(faults('Pod', change(VALID, path, value))).toEqual(expected)
  })

  it('with users of its own shares no other namespace with its node, and no block device', () => {
    const spec = { hostUsers: false, hostNetwork: true, hostPID: true, hostIPC: true, volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }], containers: [{ name: 'a', image: 'i', volumeDevices: [{ name: 'v', devicePath: '/dev/v' }] }] }
    expect(faults('Pod', { spec })).toEqual(['spec.hostNetwork', 'spec.hostPID', 'spec.hostIPC', 'spec.containers[0].volumeDevices'].map((at) => `${at}: Forbidden: when \`hostUsers\` is false`))
    expect(faults('Pod', { spec: { hostUsers: false, containers: [{ name: 'a', image: 'i' }] } })).toEqual([])
  })

  it('on the host network has host ports equal to its own', () => {
    expect(faults('Pod', { spec: { hostNetwork: true, containers: [{ name: 'a', image: 'i', ports: [{ containerPort: 80, hostPort: 81 }] }] } })).toEqual(['spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true'])
  })
})

describe('deletion of a pod', () => {
  const grace = (spec: object, status: object | undefined, requested: number | undefined): number | undefined => {
    const pod = created('Pod', { spec: { containers: [], ...spec } })
    return kindOf('Pod').strategy.gracefulDeletionSeconds?.({ ...pod, ...(status ? { status } : {}) } as never, requested)
  }
  it.each([
    [{}, undefined, undefined, 0], [{}, undefined, 10, 0], [{ nodeName: 'n' }, undefined, undefined, 30], [{ nodeName: 'n', terminationGracePeriodSeconds: 5 }, undefined, undefined, 5],
    [{ nodeName: 'n' }, undefined, 10, 10], [{ nodeName: 'n' }, undefined, 0, 0], [{ nodeName: 'n' }, { phase: 'Succeeded' }, 10, 0], [{ nodeName: 'n' }, { phase: 'Failed' }, undefined, 0], [{ nodeName: 'n', terminationGracePeriodSeconds: -1 }, undefined, undefined, 1],
  ])('%j %j, asked for %s: %i s', (spec, status, requested, seconds) => {
    expect(grace(spec, status, requested)).toBe(seconds)
  })
})
