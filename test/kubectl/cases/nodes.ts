/** Nodes: cordon, drain, taint, top, debug; each story has a node for itself. */
import { container, deployment, named, pod, template } from '../objects.ts'
import type { Group } from '../table.ts'

const here = { nodeName: '{node}' }

export const nodes: Group = {
  name: 'nodes', cluster: 'nodes', stories: [
    { about: 'a node', cases: [
      { run: 'get node {node}', out: `
NAME        STATUS   ROLES    AGE   VERSION
{node}   Ready    <none>   {age}    v1.36.0+pilothouse` },
      { run: 'get node {node} -o wide', out: `
NAME        STATUS   ROLES    AGE   VERSION              INTERNAL-IP   EXTERNAL-IP   OS-IMAGE               KERNEL-VERSION   CONTAINER-RUNTIME
{node}   Ready    <none>   {age}    v1.36.0+pilothouse   {ip}     <none>        hollow: runs nothing   hollow           hollow://{word}` },
      { run: 'get node {node} --show-labels --no-headers', out: '{node}   Ready   <none>   {age}    v1.36.0+pilothouse   beta.kubernetes.io/arch=amd64,beta.kubernetes.io/os=linux,kubernetes.io/arch=amd64,kubernetes.io/hostname={node},kubernetes.io/os=linux' },
      { run: 'describe node {node}', out: `
Name:               {node}
Roles:              <none>
Labels:             beta.kubernetes.io/arch=amd64
                    beta.kubernetes.io/os=linux
                    kubernetes.io/arch=amd64
                    kubernetes.io/hostname={node}
                    kubernetes.io/os=linux
Annotations:        pilothouse.dev/host: {word}
CreationTimestamp:  {date}
Taints:             <none>
Unschedulable:      false
Lease:
  HolderIdentity:  {node}
  AcquireTime:     <unset>
  RenewTime:       {date}
Conditions:
  Type             Status  LastHeartbeatTime                 LastTransitionTime                Reason                       Message
  ----             ------  -----------------                 ------------------                ------                       -------
  MemoryPressure   False   {date}   {date}   KubeletHasSufficientMemory   kubelet has sufficient memory available
  DiskPressure     False   {date}   {date}   KubeletHasNoDiskPressure     kubelet has no disk pressure
  PIDPressure      False   {date}   {date}   KubeletHasSufficientPID      kubelet has sufficient PID available
  Ready            True    {date}   {date}   KubeletReady                 kubelet is posting ready status
Addresses:
  InternalIP:  {ip}
  Hostname:    {node}
Capacity:
  cpu:                8
  ephemeral-storage:  100Gi
  memory:             32Gi
  pods:               110
Allocatable:
  cpu:                8
  ephemeral-storage:  100Gi
  memory:             32Gi
  pods:               110
System Info:
  Machine ID:
  System UUID:
  Boot ID:
  Kernel Version:             hollow
  OS Image:                   hollow: runs nothing
  Operating System:           linux
  Architecture:               amd64
  Container Runtime Version:  hollow://{word}
  Kubelet Version:            v1.36.0+pilothouse
  Kube-Proxy Version:
PodCIDR:                      {ip}/24
PodCIDRs:                     {ip}/24
Non-terminated Pods:          (0 in total)
  Namespace                   Name    CPU Requests  CPU Limits  Memory Requests  Memory Limits  Age
  ---------                   ----    ------------  ----------  ---------------  -------------  ---
Allocated resources:
  (Total limits may be over 100 percent, i.e., overcommitted.)
  Resource           Requests  Limits
  --------           --------  ------
  cpu                0 (0%)    0 (0%)
  memory             0 (0%)    0 (0%)
  ephemeral-storage  0 (0%)    0 (0%)
Events:
  Type    Reason                   Age   From             Message
  ----    ------                   ----  ----             -------
{lines}  Normal  NodeReady                {age}   kubelet          Node {node} status is now: NodeReady{lines}`, eventually: true },
      { run: `get events -n default --field-selector involvedObject.name={node} --sort-by=.reason -o 'jsonpath={range .items[*]}{.source.component} {.reason}: {.message}{"\\n"}{end}'`, out: `
kubelet NodeHasNoDiskPressure: Node {node} status is now: NodeHasNoDiskPressure
kubelet NodeHasSufficientMemory: Node {node} status is now: NodeHasSufficientMemory
kubelet NodeHasSufficientPID: Node {node} status is now: NodeHasSufficientPID
kubelet NodeReady: Node {node} status is now: NodeReady
node-controller RegisteredNode: Node {node} event: Registered Node {node} in Controller
kubelet Starting: Starting kubelet.`, eventually: true },
      { run: 'top node {node}', out: `
NAME        CPU(cores)   CPU(%)   MEMORY(bytes)   MEMORY(%)
{node}   {word}           0%       0Mi             0%`, until: { 28: [['CPU(%)', 'CPU%'], ['MEMORY(%)', 'MEMORY%']] }, eventually: true },
      { run: 'top node {node} --no-headers', out: '{node}   {word}    0%    0Mi   0%' },
      { run: 'top node nosuch', err: 'Error from server (NotFound): nodes.metrics.k8s.io "nosuch" not found', code: 1 },
      { run: 'label node {node} node-role.kubernetes.io/worker=', out: 'node/{node} labeled' },
      { run: 'get node {node} --no-headers', out: '{node}   Ready   worker   {age}   v1.36.0+pilothouse' },
      { run: 'delete node nosuch-{ns}', err: `
Warning: deleting cluster-scoped resources, not scoped to the provided namespace
Error from server (NotFound): nodes "nosuch-{ns}" not found`, code: 1 },
    ] },
    { about: 'cordon', telling: 'oldest', cases: [
      { run: 'cordon {node}', out: 'node/{node} cordoned' },
      { run: 'cordon {node}', out: 'node/{node} already cordoned' },
      { run: 'get node {node} --no-headers', out: '{node}   Ready,SchedulingDisabled   <none>   {age}    v1.36.0+pilothouse' },
      { run: 'uncordon {node} --dry-run=server', out: 'node/{node} uncordoned (server dry run)' },
      { run: 'uncordon {node}', out: 'node/{node} uncordoned' },
      { run: 'uncordon {node}', out: 'node/{node} already uncordoned' },
      { run: `get events -n default --field-selector involvedObject.name={node} --sort-by=.reason -o 'jsonpath={range .items[*]}{.reason} {end}'`, out: '{lines}NodeNotSchedulable NodeReady NodeSchedulable {lines}', eventually: true },
      { run: 'cordon nosuch-{ns}', err: 'Error from server (NotFound): nodes "nosuch-{ns}" not found', code: 1 },
      { run: 'cordon', err: `
error: USAGE: cordon NODE [flags]
See 'kubectl cordon -h' for help and examples`, code: 1 },
    ] },
    { about: 'taint', cases: [
      { run: 'taint nodes {node} k=v:NoSchedule', out: 'node/{node} tainted' },
      { run: 'taint nodes {node} k=v:NoSchedule', err: 'error: node {node} already has k taint(s) with same effect(s) and --overwrite is false', code: 1 },
      { run: 'taint nodes {node} k=v2:NoSchedule --overwrite', out: 'node/{node} modified' },
      { run: 'taint nodes {node} other:PreferNoSchedule', out: 'node/{node} tainted' },
      { run: `get node {node} -o 'jsonpath={range .spec.taints[*]}{.key}={.value}:{.effect} {end}'`, out: 'other=:PreferNoSchedule k=v2:NoSchedule' },
      { run: 'taint nodes {node} k:NoSchedule-', out: 'node/{node} untainted' },
      { run: 'taint nodes {node} k-', err: 'error: taint "k" not found', code: 1 },
      { run: 'taint nodes {node} other-', out: 'node/{node} untainted' },
      { run: 'taint nodes {node} k=v:Sometimes', err: `
error: invalid taint effect: Sometimes, unsupported taint effect
See 'kubectl taint -h' for help and examples`, code: 1 },
      { run: 'taint nodes {node} k', err: 'error: at least one taint update is required', code: 1 },
      { run: 'taint nodes nosuch-{ns} k=v:NoSchedule', err: 'Error from server (NotFound): nodes "nosuch-{ns}" not found', code: 1 },
      { run: 'taint pods {node} k=v:NoSchedule', err: 'error: invalid resource type pods, only node types are supported', code: 1 },
    ] },
    { about: 'drain', objects: [
      named('apps/v1', 'ReplicaSet', 'rs', { spec: { replicas: 1, selector: { matchLabels: { app: 'rs' } }, template: template('rs', { ...here }) } }),
      pod('lone', here), pod('full', { ...here, volumes: [{ name: 'v', emptyDir: {} }], containers: [container('c', { volumeMounts: [{ name: 'v', mountPath: '/v' }] })] })], cases: [
      { run: 'wait pod/lone pod/full --for=condition=Ready --timeout=60s', out: `
pod/lone condition met
pod/full condition met` },
      { run: 'get pods -l app=rs --field-selector=status.phase=Running -o name', out: 'pod/rs-{suffix}', eventually: true },
      { run: 'drain {node} --dry-run=server --force --delete-emptydir-data', out: `
node/{node} cordoned (server dry run)
evicting pod {ns}/{word} (server dry run)
evicting pod {ns}/{word} (server dry run)
evicting pod {ns}/{word} (server dry run)
node/{node} drained (server dry run)`, err: 'Warning: deleting Pods that declare no controller: {ns}/full, {ns}/lone' },
      { run: 'drain {node} --delete-emptydir-data', out: 'node/{node} cordoned', err: `
error: unable to drain node "{node}" due to error: cannot delete cannot delete Pods that declare no controller (use --force to override): {any}, continuing command...
There are pending nodes to be drained:
 {node}
cannot delete cannot delete Pods that declare no controller (use --force to override): {any}`, code: 1, until: { 28: [['due to error: ', 'due to error:'], ['cannot delete cannot delete Pods that declare', 'cannot delete Pods declare']] } },
      { run: 'drain {node} --force', out: 'node/{node} already cordoned', err: `
error: unable to drain node "{node}" due to error: cannot delete Pods with local storage (use --delete-emptydir-data to override): {ns}/full, continuing command...
There are pending nodes to be drained:
 {node}
cannot delete Pods with local storage (use --delete-emptydir-data to override): {ns}/full`, code: 1, until: { 28: [['due to error: ', 'due to error:']] } },
      { run: 'uncordon {node}', out: 'node/{node} uncordoned' },
      { run: 'drain {node} --pod-selector=app=nobody', out: `
node/{node} cordoned
node/{node} drained` },
      { run: 'drain {node} --pod-selector=app=rs --timeout=60s', out: `
node/{node} already cordoned
evicting pod {ns}/rs-{suffix}
pod/rs-{suffix} evicted
node/{node} drained` },
      { run: 'get pods -l app=rs --field-selector=status.phase=Running -o name', out: 'pod/rs-{suffix}', eventually: true },
      { run: 'drain {node} --force --delete-emptydir-data --timeout=60s --grace-period=1', out: `
node/{node} already cordoned
evicting pod {ns}/{word}
evicting pod {ns}/{word}
evicting pod {ns}/{word}
pod/{word} evicted
pod/{word} evicted
pod/{word} evicted
node/{node} drained`, err: 'Warning: deleting Pods that declare no controller: {ns}/full, {ns}/lone' },
      { run: 'get pods -l app=rs --field-selector=status.phase=Running -o name', out: 'pod/rs-{suffix}', eventually: true },
      { run: 'drain {node} --timeout=60s', out: `
node/{node} already cordoned
evicting pod {ns}/rs-{suffix}
pod/rs-{suffix} evicted
node/{node} drained` },
      { run: 'drain nosuch-{ns}', err: 'Error from server (NotFound): nodes "nosuch-{ns}" not found', code: 1 },
      { run: 'drain', err: `
error: USAGE: drain NODE [flags]
See 'kubectl drain -h' for help and examples`, code: 1 },
    ] },
    { about: 'drain, held up by a budget', objects: [pod('held', here, { labels: { app: 'held' } }), named('policy/v1', 'PodDisruptionBudget', 'keep', { spec: { minAvailable: 1, selector: { matchLabels: { app: 'held' } } } })], cases: [
      { run: 'wait pod/held --for=condition=Ready --timeout=60s', out: 'pod/held condition met' },
      { run: 'get pdb keep --no-headers', out: 'keep   1     N/A   0     {age}', eventually: true },
      // It is tried again after 5 s.
      { run: 'drain {node} --force --timeout=4s', out: `
node/{node} cordoned
evicting pod {ns}/held{lines}`, err: `
Warning: deleting Pods that declare no controller: {ns}/held
error when evicting pods/"held" -n "{ns}" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
There are pending pods in node "{node}" when an error occurred: error when evicting pods/"held" -n "{ns}": global timeout reached: 4s
pod/held
error: unable to drain node "{node}" due to error: error when evicting pods/"held" -n "{ns}": global timeout reached: 4s, continuing command...
There are pending nodes to be drained:
 {node}
error when evicting pods/"held" -n "{ns}": global timeout reached: 4s`, code: 1, until: { 28: [['due to error: ', 'due to error:']] } },
      { run: 'drain {node} --force --disable-eviction --timeout=60s', out: `
node/{node} already cordoned
pod/held deleted
node/{node} drained`, err: 'Warning: deleting Pods that declare no controller: {ns}/held' },
    ] },
    { about: 'debug on a node', objects: [deployment('web', { replicas: 0 }), pod('p', { ...here, nodeSelector: {} })], cases: [
      { run: 'wait pod/p --for=condition=Ready --timeout=60s', out: 'pod/p condition met' },
      { run: 'debug node/{node} --image=busybox --profile=general -q --attach=false' },
      { run: 'debug p --image=busybox -c dbg --profile=general -q --attach=false' },
      { run: 'get pod p -o jsonpath={.spec.ephemeralContainers[0].name}', out: 'dbg' },
      { run: 'debug p --image=busybox --copy-to=copy --profile=general -q --attach=false' },
      { run: 'get pod copy -o name', out: 'pod/copy' },
      { run: 'debug nosuch --image=busybox', err: '{lines}Error from server (NotFound): pods "nosuch" not found', code: 1 },
      { run: 'top pod p', out: `
NAME   CPU(cores)   MEMORY(bytes)
p      {word}           {word}`, eventually: true },
      { run: 'top pod nosuch', err: 'Error from server (NotFound): pods.metrics.k8s.io "nosuch" not found', code: 1 },
      { run: 'top pod -l app=nobody', err: 'No resources found in {ns} namespace.' },
    ] },
  ],
}
