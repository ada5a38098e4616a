/** What reaches into containers: logs, exec, attach, cp, debug, run -i; and what these say when there is nothing to reach. */
import { container, named, pod } from '../objects.ts'
import type { Group } from '../table.ts'

const shell = (name: string, script: string): object => container(name, { imagePullPolicy: 'Never', command: ['sh', '-c', script] })
const BY_SPDY = { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false' }
const STAY = 'trap "exit 0" TERM; while :; do sleep 1; done'
/** kubectl cp needs a tar, for which an image of an earlier day may have no link. */
const TAR = `busybox ln -sf busybox /bin/tar; ${STAY}`
const NOT_THERE = 'Error from server (NotFound): pods "nosuch" not found'

export const containers: Group = {
  name: 'containers', cluster: 'engine', stories: [
    { about: 'logs', objects: [pod('talk', { containers: [shell('one', `echo one 1; echo one 2; ${STAY}`), shell('two', `echo two 1; ${STAY}`)] }, { labels: { app: 'talk' } }), pod('once', { restartPolicy: 'Never', containers: [shell('c', 'echo said')] })], cases: [
      { run: 'wait pod/talk --for=condition=Ready --timeout=90s', out: 'pod/talk condition met' },
      { run: 'logs talk -c one', out: 'one 1\none 2', eventually: true },
      { run: 'logs talk -c two', out: 'two 1', eventually: true },
      { run: 'logs talk', out: 'one 1\none 2', err: 'Defaulted container "one" out of: one, two' },
      { run: 'logs pod/talk one --tail=1', out: 'one 2' },
      { run: 'logs talk -c one --tail=0' },
      { run: 'logs talk -c one --limit-bytes=3', out: 'one' },
      { run: 'logs talk -c one --since=1h', out: 'one 1\none 2' },
      { run: 'logs talk -c one --since-time=2100-01-01T00:00:00Z' },
      { run: 'logs talk -c one --timestamps', out: '{word}Z one 1\n{word}Z one 2' },
      { run: 'logs talk --all-containers', out: '{lines}one 1\none 2{lines}' },
      { run: 'logs talk --all-containers --prefix', out: '{lines}[pod/talk/one] one 1\n[pod/talk/one] one 2{lines}' },
      { run: 'logs -l app=talk -c two', out: 'two 1' },
      { run: 'logs -l app=nobody', err: 'No resources found in {ns} namespace.' },
      { run: 'logs once', out: 'said', eventually: true },
      { run: 'logs once -f', out: 'said' },
      { run: 'logs talk -c three', err: 'error: container three is not valid for pod talk', code: 1 },
      { run: 'logs talk -c one --previous', err: 'Error from server (BadRequest): previous terminated container "one" in pod "talk" not found', code: 1 },
      { run: 'logs nosuch', err: 'error: error from server (NotFound): pods "nosuch" not found in namespace "{ns}"', code: 1, until: { 28: { err: NOT_THERE, code: 1 } } },
      { run: 'logs talk -c one --tail=-2', err: 'error: --tail must be greater than or equal to -1', code: 1 },
      { run: 'logs talk -c one --since=1s --since-time=2020-01-01T00:00:00Z', err: 'error: at most one of `sinceTime` or `sinceSeconds` may be specified', code: 1 },
      { run: 'logs', err: "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples", code: 1 },
    ] },
    { about: 'logs with several options, and of what is not there yet', objects: [
      pod('talk', { containers: [shell('one', `echo one 1; echo one 2; ${STAY}`), shell('two', `echo two 1; ${STAY}`)] }, { labels: { app: 'talk' } }),
      pod('early', { initContainers: [shell('prepare', `echo preparing; ${STAY}`)], containers: [shell('main', STAY)] }),
      pod('nowhere', { containers: [{ ...shell('c', STAY), image: 'absent:local' }] }),
      pod('unset', { containers: [{ ...shell('c', STAY), envFrom: [{ configMapRef: { name: 'nosuch' } }] }] }),
      named('batch/v1', 'Job', 'once', { spec: { template: { spec: { restartPolicy: 'Never', containers: [shell('c', 'echo said')] } } } }),
    ], cases: [
      { run: 'wait pod/talk --for=condition=Ready --timeout=90s', out: 'pod/talk condition met' },
      { run: 'logs talk -c two', out: 'two 1', eventually: true },
      { run: 'logs talk --all-containers --prefix --timestamps --tail=1 --since=1h', out: '{lines}[pod/talk/one] {word}Z one 2{lines}' },
      { run: 'logs -l app=talk --all-containers --prefix --tail=1 --limit-bytes=3 --since-time=2020-01-01T00:00:00Z', out: '{lines}[pod/talk/one] one{lines}' },
      { run: 'logs talk -c one --tail=1 --limit-bytes=3 --timestamps=false --insecure-skip-tls-verify-backend', out: 'one' },
      { run: 'logs -l app=talk --all-containers -f --max-log-requests=1', err: 'error: you are attempting to follow 2 log streams, but maximum allowed concurrency is 1, use --max-log-requests to increase the limit', code: 1 },
      { run: 'logs job/once', out: 'said', eventually: true },
      { run: 'logs early -c prepare', out: 'preparing', eventually: true },
      { run: 'logs early', err: 'Defaulted container "main" out of: main, prepare (init)\nError from server (BadRequest): container "main" in pod "early" is waiting to start: PodInitializing', code: 1 },
      // kubectl asks the containers in whatever order its map has them.
      { run: 'logs early --all-containers --ignore-errors --prefix', out: '[pod/early/prepare] preparing\nerror: container "main" in pod "early" is waiting to start: PodInitializing', eventually: true },
      { run: 'logs nowhere', err: 'Error from server (BadRequest): container "c" in pod "nowhere" is waiting to start: ErrImageNeverPull', code: 1, eventually: true },
      { run: 'logs unset', err: 'Error from server (BadRequest): container "c" in pod "unset" is waiting to start: CreateContainerConfigError', code: 1, eventually: true },
      { run: 'get --raw /api/v1/namespaces/{ns}/pods/talk/log', err: 'Error from server (BadRequest): a container name must be specified for pod talk, choose one of: [one two]', code: 1 },
      { run: 'get --raw /api/v1/namespaces/{ns}/pods/talk/log?container=one&stream=Stderr' },
      { run: 'get --raw /api/v1/namespaces/{ns}/pods/talk/log?container=one&tailLines=-1', err: 'The PodLogOptions "talk" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0', code: 1 },
      { run: 'get --raw /api/v1/namespaces/{ns}/pods/talk/log?container=one&sinceTime=noon', err: 'Error from server (BadRequest): parsing time "noon" as "2006-01-02T15:04:05Z07:00": cannot parse "noon" as "2006"', code: 1 },
    ] },
    { about: 'debuggers, and what they may do', objects: [pod('one', { containers: [shell('main', STAY)] })], cases: [
      { run: 'wait pod/one --for=condition=Ready --timeout=90s', out: 'pod/one condition met' },
      ...([['baseline', 'a80425fb'], ['general', 'a80c25fb'], ['netadmin', 'a80435fb']] as const).map(([profile, may]) => ({ run: `debug one --image=busybox:local --profile=${profile} -c ${profile} -q -i -- sh -c "read go; grep CapEff /proc/self/status"`, stdin: 'go\n', out: `CapEff:\t00000000${may}`, err: '{lines}' })),
      { run: 'debug one --image=busybox:local --profile=restricted -c restricted -q --attach=false' },
      { run: `get pod one -o 'jsonpath={.status.ephemeralContainerStatuses[?(@.name=="restricted")].state.waiting.reason}'`, out: 'CreateContainerConfigError', eventually: true },
      { run: 'debug one --image=busybox:local --profile=general --target=main -c near -q -i -- sh -c "read go; cat /proc/1/cmdline | head -c 2"', stdin: 'go\n', out: 'sh', err: '{lines}' },
    ] },
    { about: 'exec', telling: 'all', objects: [pod('one', { containers: [shell('main', STAY)] }), pod('two', { containers: [shell('first', STAY), shell('second', `touch /tmp/second; ${STAY}`)] }, { annotations: { 'kubectl.kubernetes.io/default-container': 'second' } })], cases: [
      { run: 'wait pod/one pod/two --for=condition=Ready --timeout=90s', out: 'pod/one condition met\npod/two condition met' },
      { run: 'exec one -- echo hello', out: 'hello' },
      { run: 'exec pod/one -- sh -c "echo out; echo err >&2; exit 7"', out: 'out', err: 'err\ncommand terminated with exit code 7', code: 7 },
      { run: 'exec -i one -- cat', stdin: 'through and back\n', out: 'through and back' },
      { run: 'exec one -c main -- true' },
      { run: 'exec two -- ls /tmp/second', out: '/tmp/second' },
      { run: 'exec two -c first -- ls /tmp/second', err: '{any}No such file or directory\ncommand terminated with exit code 1', code: 1 },
      { run: 'exec nosuch -- true', err: NOT_THERE, code: 1 },
      { run: 'exec one -c none -- true', err: '{any}container none is not valid for pod one', code: 1 },
      { run: 'exec one', err: "error: you must specify at least one command for the container", code: 1 },
      { run: 'exec', err: "error: pod, type/name or --filename must be specified", code: 1 },
    ] },
    { about: 'cp', objects: [pod('one', { containers: [shell('main', TAR)] })], files: { 'up.txt': 'carried\n', 'tree/a': 'a\n' }, cases: [
      { run: 'wait pod/one --for=condition=Ready --timeout=90s', out: 'pod/one condition met' },
      { run: 'cp @up.txt one:/tmp/up.txt' },
      { run: 'exec one -- cat /tmp/up.txt', out: 'carried' },
      { run: 'cp @tree one:/tmp' },
      { run: 'exec one -- cat /tmp/tree/a', out: 'a' },
      // What tar says of the leading '/' is printed, unless the file has come before it: kubectl does not wait for it.
      { run: 'cp {ns}/one:/tmp/up.txt @down.txt', out: '{leading}' },
      { run: 'cp @down.txt one:/tmp/again.txt' },
      { run: 'exec one -- cat /tmp/again.txt', out: 'carried' },
      { run: 'cp @nosuch one:/tmp/x', err: 'error: @nosuch doesn\'t exist in local filesystem', code: 1 },
      { run: 'cp one:/tmp/a one:/tmp/b', err: 'error: one of src or dest must be a local file specification', code: 1 },
      { run: 'cp nosuch:/tmp/a @b', err: NOT_THERE, code: 1 },
    ] },
    // Its own switch: then kubectl speaks SPDY/3.1, as the releases before it.
    { about: 'exec, cp and attach without WebSocket', objects: [pod('one', { containers: [shell('main', TAR)] }), pod('talker', { restartPolicy: 'Never', containers: [{ ...shell('c', 'read go; echo said'), stdin: true, stdinOnce: true }] })], files: { 'up.txt': 'carried\n' }, cases: [
      { run: 'wait pod/one pod/talker --for=condition=Ready --timeout=90s', out: 'pod/one condition met\npod/talker condition met' },
      { run: 'exec one -- sh -c "echo out; echo err >&2; exit 7"', env: BY_SPDY, out: 'out', err: 'err\ncommand terminated with exit code 7', code: 7 },
      { run: 'exec -i one -- cat', env: BY_SPDY, stdin: 'through and back\n', out: 'through and back' },
      { run: 'exec nosuch -- true', env: BY_SPDY, err: NOT_THERE, code: 1 },
      { run: 'cp @up.txt one:/tmp/up.txt', env: BY_SPDY },
      { run: 'cp {ns}/one:/tmp/up.txt @down.txt', env: BY_SPDY, out: '{leading}' },
      { run: 'exec one -- cat /tmp/up.txt', env: BY_SPDY, out: 'carried' },
      { run: 'attach -i talker', env: BY_SPDY, stdin: 'go\n', out: 'said', err: '{lines}' },
    ] },
    { about: 'attach, run and debug', telling: 'all', objects: [pod('one', { containers: [shell('main', STAY)] }), pod('talker', { restartPolicy: 'Never', containers: [shell('c', 'until test -e /tmp/go; do sleep 0.1; done; echo said')] })], cases: [
      { run: 'wait pod/one pod/talker --for=condition=Ready --timeout=90s', out: 'pod/one condition met\npod/talker condition met' },
      { run: 'run ran -i --rm --quiet --image=busybox:local --image-pull-policy=Never --restart=Never -- sh -c "cat; exit 4"', stdin: 'to be said\n', out: '{lines}to be said{lines}', err: '{lines}', code: 4 },
      { run: 'get pod ran', err: 'Error from server (NotFound): pods "ran" not found', code: 1 },
      // What it said before kubectl was attached is not said again, as with upstream.
      { run: 'run brief -i --rm --quiet --image=busybox:local --image-pull-policy=Never --restart=Never -- echo said', out: '{said}', err: '{lines}' },
      { run: 'get pod brief', err: 'Error from server (NotFound): pods "brief" not found', code: 1 },
      { run: 'debug one --image=busybox:local --profile=general -c dbg -q -i -- echo said', out: '{said}', err: '{lines}' },
      { run: 'get pod one -o jsonpath={.spec.ephemeralContainers[0].name}', out: 'dbg' },
      { run: 'logs one -c dbg', out: 'said', eventually: true },
      { run: 'attach nosuch', err: NOT_THERE, code: 1 },
      { run: 'attach one -c none', err: '{any}none{any}', code: 1 },
      { run: 'attach', err: "error: at least 1 argument is required for attach", code: 1 },
      { run: 'port-forward pod/nosuch 8080', err: NOT_THERE, code: 1 },
      { run: 'port-forward pod/one', err: "error: TYPE/NAME and list of ports are required for port-forward\nSee 'kubectl port-forward -h' for help and examples", code: 1 },
      { run: 'port-forward service/nosuch 80', err: 'Error from server (NotFound): services "nosuch" not found', code: 1 },
    ] },
    { about: 'a cluster with its add-ons', objects: [named('v1', 'Service', 'web', { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } })], cases: [
      { run: 'get svc kube-dns -n kube-system', out: `
NAME       TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)                  AGE
kube-dns   ClusterIP   {ip}   <none>        53/UDP,53/TCP{any}   {age}` },
      { run: 'get nodes', out: `
NAME         STATUS   ROLES    AGE   VERSION
pilothouse   Ready    <none>   {age}   v1.{any}` },
      { run: 'top node', out: `
NAME         CPU(cores)   CPU(%)   MEMORY(bytes)   MEMORY(%)
pilothouse   {word}   {word}   {word}   {word}`, until: { 28: [['CPU(%)', 'CPU%'], ['MEMORY(%)', 'MEMORY%']] }, eventually: true },
    ] },
  ],
}
