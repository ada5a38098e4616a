/** What hangs on objects: parts that are read and written by themselves, debuggers by each profile, what a shell completes. */
import { container, deployment, named, pod, template } from '../objects.ts'
import type { Case, Group } from '../table.ts'

const PROFILES = ['general', 'baseline', 'restricted', 'netadmin', 'sysadmin', 'legacy']
const sets = (app: string): object => ({ replicas: 1, selector: { matchLabels: { app } }, template: template(app) })
/** One by each profile; 1.28 has no sysadmin, and since 1.32 kubectl says that legacy will go. */
const debug = (what: (profile: string) => string): Case[] => PROFILES.map((profile) => ({
  run: `debug ${what(profile)} --image=busybox:local --profile=${profile} -q --attach=false`,
  ...(profile === 'sysadmin' ? { since: 32 } : profile === 'legacy' ? { err: '--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example "--profile=general".', until: { 28: {} } } : {}),
}))
const RESTRICTED = '{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}}'
const NET = ['"NET_ADMIN","NET_RAW"', '"NET_ADMIN"'] as const
const met = (...names: string[]): string => names.map((name) => `${name} condition met`).join('\n')
const completes = (...words: string[]): Pick<Case, 'out' | 'err'> => ({ out: [...words, ':4'].join('\n'), err: 'Completion ended with directive: ShellCompDirectiveNoFileComp' })

export const subresources: Group = {
  name: 'subresources', cluster: 'hollow', stories: [
    { about: 'debuggers by each profile', telling: 'oldest', objects: [pod('p')], cases: [
      { run: 'wait pod/p --for=condition=Ready --timeout=60s', out: 'pod/p condition met' },
      ...debug((profile) => `p -c by-${profile}`),
      { run: `get pod p -o 'jsonpath={range .spec.ephemeralContainers[*]}{.name} {.securityContext}{"\\n"}{end}'`, out: `
by-general {"capabilities":{"add":["SYS_PTRACE"]}}
by-baseline
by-restricted ${RESTRICTED}
by-netadmin {"capabilities":{"add":[${NET[0]}]}}
by-sysadmin {"privileged":true}
by-legacy`, until: { 28: [NET, ['by-sysadmin {"privileged":true}\n', '']] } },
      ...debug((profile) => `p -c dbg --copy-to=copy-${profile}`),
      { run: `get pods --field-selector=metadata.name!=p -o 'jsonpath={range .items[*]}{.metadata.name} {.spec.shareProcessNamespace} {.spec.containers[1].securityContext}{"\\n"}{end}'`, out: `
copy-baseline true
copy-general true {"capabilities":{"add":["SYS_PTRACE"]}}
copy-legacy
copy-netadmin true {"capabilities":{"add":[${NET[0]}]}}
copy-restricted true ${RESTRICTED}
copy-sysadmin true {"privileged":true}`, until: { 28: [NET, ['copy-netadmin true', 'copy-netadmin '], ['\ncopy-sysadmin true {"privileged":true}', '']] } },
      { run: 'debug p -c dbg --copy-to=changed --set-image=c=busybox:other --image=busybox:local --profile=general --same-node -q --attach=false' },
      { run: `get pod changed -o 'jsonpath={.spec.nodeName} {.spec.containers[0].image} {.spec.containers[1].image}'`, out: 'hollow-{number} busybox:other busybox:local' },
      ...debug((profile) => `node/hollow-1 -c on-${profile}`),
      { run: `get pods --sort-by=.spec.containers[0].name -o 'jsonpath={range .items[?(@.spec.containers[0].name!="c")]}{.spec.nodeName}: {.spec.containers[0].name} {.spec.hostPID} {.spec.hostNetwork} {.spec.hostIPC} {.spec.volumes[0].hostPath.path} {.spec.containers[0].securityContext}{"\\n"}{end}'`, out: `
hollow-1: on-baseline
hollow-1: on-general true true true /
hollow-1: on-legacy true true true /
hollow-1: on-netadmin true true true  {"capabilities":{"add":[${NET[0]}]}}
hollow-1: on-restricted     ${RESTRICTED}
hollow-1: on-sysadmin true true true / {"privileged":true}`, until: { 28: [['{"capabilities":{"add":["NET_ADMIN","NET_RAW"]}}', '{"capabilities":{"add":["NET_ADMIN"]},"privileged":true}'], ['\nhollow-1: on-sysadmin true true true / {"privileged":true}', '']] } },
      { run: 'debug p --image=busybox:local -c c --profile=general -q --attach=false', err: 'The Pod "p" is invalid: spec.ephemeralContainers[{number}].name: Duplicate value: "c"', code: 1 },
      { run: 'debug p --image=busybox:local --target=none --profile=general -q --attach=false', err: 'The Pod "p" is invalid: spec.ephemeralContainers[{number}].targetContainerName: Not found: "none"', code: 1 },
    ] },
    { about: 'parts', objects: [deployment('web'), named('apps/v1', 'ReplicaSet', 'rs', { spec: sets('rs') }), named('apps/v1', 'StatefulSet', 'sts', { spec: { ...sets('sts'), serviceName: 'sts' } }), named('v1', 'ReplicationController', 'rc', { spec: { replicas: 1, selector: { app: 'rc' }, template: template('rc') } }), pod('sized', { containers: [container('c', { resources: { requests: { cpu: '10m', memory: '10Mi' }, limits: { cpu: '20m', memory: '20Mi' } } })] })], cases: [
      { run: 'scale deployment/web rs/rs sts/sts rc/rc --replicas=2', out: `
deployment.apps/web scaled
replicaset.apps/rs scaled
statefulset.apps/sts scaled
replicationcontroller/rc scaled` },
      { run: 'wait deployment/web rs/rs sts/sts rc/rc --for=jsonpath={.status.readyReplicas}=2 --timeout=60s', out: met('deployment.apps/web', 'replicaset.apps/rs', 'statefulset.apps/sts', 'replicationcontroller/rc') },
      { run: 'get deployment web --subresource=scale', out: `
NAME   DESIRED   AVAILABLE   AGE
web    2         2           {age}` },
      { run: 'get rs/rs --subresource=scale -o yaml', out: `
apiVersion: autoscaling/v1
kind: Scale
metadata:
  creationTimestamp: "{time}"
  name: rs
  namespace: {ns}
  resourceVersion: "{number}"
  uid: {uid}
spec:
  replicas: 2
status:
  replicas: 2
  selector: app=rs` },
      { run: `patch sts sts --subresource=scale --type=merge -p '{"spec":{"replicas":1}}'`, out: 'scale.autoscaling/sts patched' },
      { run: `patch rc rc --subresource=scale --type=merge -p '{"spec":{"replicas":-1}}'`, err: 'The Scale "rc" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0', code: 1 },
      { run: 'get deployment web --subresource=status -o jsonpath={.spec.replicas}', out: '2' },
      { run: `patch deployment web --subresource=status --type=merge -p '{"spec":{"replicas":9},"status":{"collisionCount":7}}'`, out: 'deployment.apps/web patched' },
      { run: `get deployment web -o 'jsonpath={.spec.replicas} {.status.collisionCount}'`, out: '2 7' },
      { run: `patch pod sized --subresource=resize -p '{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"15m"}}}]}}'`, since: 32, out: 'pod/sized patched' },
      { run: 'wait pod/sized --for=jsonpath={.status.containerStatuses[0].resources.requests.cpu}=15m --timeout=60s', since: 32, out: 'pod/sized condition met' },
      { run: `patch pod sized --subresource=resize -p '{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"20m","memory":"20Mi"}}}]}}'`, since: 32, err: 'The Pod "sized" is invalid: spec: Invalid value: "Guaranteed": Pod QOS Class may not change as a result of resizing', code: 1 },
      { run: `patch pod sized --subresource=resize --type=merge -p '{"spec":{"containers":[{"name":"c","image":"other","resources":{"requests":{"cpu":"15m","memory":"10Mi"},"limits":{"cpu":"20m"}}}]}}'`, since: 32, err: 'The Pod "sized" is invalid: spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed', code: 1 },
      { run: 'get cm kube-root-ca.crt --subresource=scale', err: 'Error from server (NotFound): the server could not find the requested resource', code: 1 },
      { run: 'get deployment web --subresource=nonsense', err: 'Error from server (NotFound): the server could not find the requested resource', code: 1, until: { 28: { err: 'error: invalid subresource value: "nonsense". Must be one of [status scale]', code: 1 } } },
    ] },
    { about: 'what a shell completes', objects: [pod('one'), pod('other'), deployment('web', { replicas: 0 })], cases: [
      { run: '__complete get pods ""', ...completes('one', 'other') },
      { run: '__complete get pods/on', ...completes('pods/one') },
      { run: '__complete logs o', ...completes('one', 'other') },
      { run: '__complete exec one -c ""', ...completes('c') },
      { run: '__complete rollout status deployment/', ...completes('deployment/web') },
      { run: '__complete get cronj', ...completes('cronjobs.batch') },
      { run: '__complete get pods -n kube-sys', ...completes('kube-system') },
      { run: '__complete scale --replicas=1 deployment ""', ...completes('web') },
    ] },
  ],
}
