/** What `get`, `get -o wide` and `describe` print. Configuration, storage, classes and events. */
import { named, template } from '../objects.ts'
import type { Group } from '../table.ts'

export const configuration: Group = {
  name: 'kinds: configuration and storage', cluster: 'hollow', stories: [
    { about: 'a config map', objects: [named('v1', 'ConfigMap', 'c', { data: { text: 'one\ntwo\n' } })], cases: [
      { run: 'get cm c', out: `
NAME   DATA   AGE
c      1      {age}` },
      { run: 'describe configmap c', out: `
Name:         c
Namespace:    {ns}
Labels:       <none>
Annotations:  <none>

Data
====
text:
----
one
two



BinaryData
====

Events:  <none>`, until: { 28: [['two\n\n\n\n', 'two\n\n\n']] } },
    ] },
    { about: 'secrets', objects: [named('v1', 'Secret', 's', { stringData: { password: 'sesame' } }), named('v1', 'Secret', 'cert', { type: 'kubernetes.io/tls', data: { 'tls.crt': '', 'tls.key': '' } })], cases: [
      { run: 'get secrets', out: `
NAME   TYPE                DATA   AGE
cert   kubernetes.io/tls   2      {age}
s      Opaque              1      {age}` },
      { run: 'describe secret s', out: `
Name:         s
Namespace:    {ns}
Labels:       <none>
Annotations:  <none>

Type:  Opaque

Data
====
password:  6 bytes` },
    ] },
    { about: 'a service account', cases: [
      { run: 'get serviceaccounts', out: `
NAME      SECRETS   AGE
default   0         {age}` },
      { run: 'describe sa default', out: `
Name:                default
Namespace:           {ns}
Labels:              <none>
Annotations:         <none>
Image pull secrets:  <none>
Events:              <none>`, until: { 34: [['Image pull secrets:  <none>', 'Image pull secrets:  <none>\nMountable secrets:   <none>\nTokens:              <none>']] } },
    ] },
    { about: 'a quota', objects: [named('v1', 'ResourceQuota', 'q', { spec: { hard: { pods: '3', 'requests.cpu': '2', configmaps: '10' } } })], cases: [
      { run: 'get resourcequotas', out: `
NAME   REQUEST                                          LIMIT   AGE
q      configmaps: 1/10, pods: 0/3, requests.cpu: 0/2           {age}`, eventually: true },
      { run: 'describe quota q', out: `
Name:         q
Namespace:    {ns}
Resource      Used  Hard
--------      ----  ----
configmaps    1     10
pods          0     3
requests.cpu  0     2` },
    ] },
    { about: 'a limit range', objects: [named('v1', 'LimitRange', 'l', { spec: { limits: [{ type: 'Container', default: { cpu: '500m' }, defaultRequest: { cpu: '100m' }, max: { cpu: '2' } }] } })], cases: [
      { run: 'get limitranges', out: `
NAME   CREATED AT
l      {time}` },
      { run: 'describe limits l', out: `
Name:       l
Namespace:  {ns}
Type        Resource  Min  Max  Default Request  Default Limit  Max Limit/Request Ratio
----        --------  ---  ---  ---------------  -------------  -----------------------
Container   cpu       -    2    100m             500m           -` },
    ] },
    { about: 'a namespace', cases: [
      { run: 'get namespace {ns}', out: `
NAME     STATUS   AGE
{ns}   Active   {age}` },
      { run: 'describe ns {ns}', out: `
Name:         {ns}
Labels:       kubernetes.io/metadata.name={ns}
Annotations:  <none>
Status:       Active

No resource quota.

No LimitRange resource.` },
    ] },
    { about: 'a claim', objects: [named('v1', 'PersistentVolumeClaim', 'data', { spec: { storageClassName: 'nobody', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } })], cases: [
      { run: 'get pvc', out: `
NAME   STATUS    VOLUME   CAPACITY   ACCESS MODES   STORAGECLASS   VOLUMEATTRIBUTESCLASS   AGE
data   Pending                                      nobody         <unset>                 {age}`, eventually: true },
      { run: 'get pvc data -o wide', out: `
NAME   STATUS    VOLUME   CAPACITY   ACCESS MODES   STORAGECLASS   VOLUMEATTRIBUTESCLASS   AGE   VOLUMEMODE
data   Pending                                      nobody         <unset>                 {age}   Filesystem` },
      { run: 'describe pvc data', out: `
Name:          data
Namespace:     {ns}
StorageClass:  nobody
Status:        Pending
Volume:
Labels:        <none>
Annotations:   <none>
Finalizers:    [kubernetes.io/pvc-protection]
Capacity:
Access Modes:
VolumeMode:    Filesystem
Used By:       <none>
Events:
  Type     Reason              Age   From                         Message
  ----     ------              ----  ----                         -------
  Warning  ProvisioningFailed  {any}  persistentvolume-controller  storageclass.storage.k8s.io "nobody" not found`, eventually: true },
    ] },
    { about: 'a volume', objects: [named('v1', 'PersistentVolume', 'pv-{ns}', { spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce', 'ReadOnlyMany'], persistentVolumeReclaimPolicy: 'Retain', storageClassName: 'slow', hostPath: { path: '/nowhere' } } })], cases: [
      { run: 'get pv pv-{ns}', out: `
NAME        CAPACITY   ACCESS MODES   RECLAIM POLICY   STATUS      CLAIM   STORAGECLASS   VOLUMEATTRIBUTESCLASS   REASON   AGE
pv-{ns}   1Gi        RWO,ROX        Retain           Available           slow           <unset>                          {age}`, eventually: true },
      { run: 'get pv pv-{ns} -o wide', out: `
NAME        CAPACITY   ACCESS MODES   RECLAIM POLICY   STATUS      CLAIM   STORAGECLASS   VOLUMEATTRIBUTESCLASS   REASON   AGE   VOLUMEMODE
pv-{ns}   1Gi        RWO,ROX        Retain           Available           slow           <unset>                          {age}   Filesystem` },
      { run: 'describe pv pv-{ns}', out: `
Name:            pv-{ns}
Labels:          <none>
Annotations:     <none>
Finalizers:      [kubernetes.io/pv-protection]
StorageClass:    slow
Status:          Available
Claim:
Reclaim Policy:  Retain
Access Modes:    RWO,ROX
VolumeMode:      Filesystem
Capacity:        1Gi
Node Affinity:   <none>
Message:
Source:
    Type:          HostPath (bare host directory volume)
    Path:          /nowhere
    HostPathType:
Events:            <none>` },
    ] },
    { about: 'storage', objects: [named('storage.k8s.io/v1', 'StorageClass', 'sc-{ns}', { provisioner: 'example.com/x' }), named('storage.k8s.io/v1', 'CSIDriver', 'csi-{ns}', { spec: {} })], cases: [
      { run: 'get sc sc-{ns}', out: `
NAME        PROVISIONER     RECLAIMPOLICY   VOLUMEBINDINGMODE   ALLOWVOLUMEEXPANSION   AGE
sc-{ns}   example.com/x   Delete          Immediate           false                  {age}` },
      { run: 'describe storageclass sc-{ns}', out: `
Name:                  sc-{ns}
IsDefaultClass:        No
Annotations:           <none>
Provisioner:           example.com/x
Parameters:            <none>
AllowVolumeExpansion:  <unset>
MountOptions:          <none>
ReclaimPolicy:         Delete
VolumeBindingMode:     Immediate
Events:                <none>` },
      { run: 'get csidriver csi-{ns}', out: `
NAME         ATTACHREQUIRED   PODINFOONMOUNT   STORAGECAPACITY   TOKENREQUESTS   REQUIRESREPUBLISH   MODES        AGE
csi-{ns}   true             false            false             <unset>         false               Persistent   {age}` },
    ] },
    { about: 'classes of pods', objects: [named('scheduling.k8s.io/v1', 'PriorityClass', 'pc-{ns}', { value: 7, description: 'Lucky.' }), named('node.k8s.io/v1', 'RuntimeClass', 'rc-{ns}', { handler: 'x' })], cases: [
      { run: 'get pc pc-{ns}', out: `
NAME        VALUE   GLOBAL-DEFAULT   AGE   PREEMPTIONPOLICY
pc-{ns}   7       false            {age}    PreemptLowerPriority` },
      { run: 'describe priorityclass pc-{ns}', out: `
Name:              pc-{ns}
Value:             7
GlobalDefault:     false
PreemptionPolicy:  PreemptLowerPriority
Description:       Lucky.
Annotations:       <none>
Events:            <none>` },
      { run: 'get runtimeclass rc-{ns}', out: `
NAME        HANDLER   AGE
rc-{ns}   x         {age}` },
    ] },
    { about: 'a lease', objects: [named('coordination.k8s.io/v1', 'Lease', 'mine', { spec: { holderIdentity: 'me' } })], cases: [
      { run: 'get leases', out: `
NAME   HOLDER   AGE
mine   me       {age}` },
      { run: 'describe lease mine', out: `
Name:         mine
Namespace:    {ns}
Labels:       <none>
Annotations:  <none>
API Version:  coordination.k8s.io/v1
Kind:         Lease
Metadata:
  Creation Timestamp:  {time}
  Resource Version:    {number}
  UID:                 {uid}
Spec:
  Holder Identity:  me
Events:             <none>` },
    ] },
    { about: 'a pod template and a controller revision', objects: [named('v1', 'PodTemplate', 't', { template: template('t') }), named('apps/v1', 'ControllerRevision', 'r', { revision: 3, data: {} })], cases: [
      { run: 'get podtemplates', out: `
NAME   CONTAINERS   IMAGES          POD LABELS
t      c            busybox:local   app=t` },
      { run: 'get controllerrevisions', out: `
NAME   CONTROLLER   REVISION   AGE
r      <none>       3          {age}` },
    ] },
    { about: 'an event', objects: [named('v1', 'Event', 'e', { involvedObject: { kind: 'Pod', name: 'p', namespace: '{ns}', apiVersion: 'v1' }, reason: 'Tested', message: 'It was tested.', type: 'Normal', source: { component: 'tester' }, firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:00:00Z', count: 2 })], cases: [
      { run: 'get events', out: `
LAST SEEN   TYPE     REASON   OBJECT   MESSAGE
{age}        Normal   Tested   pod/p    It was tested.` },
      { run: 'get events -o wide', out: `
LAST SEEN   TYPE     REASON   OBJECT   SUBOBJECT   SOURCE   MESSAGE          FIRST SEEN   COUNT   NAME
{age}        Normal   Tested   pod/p                tester   It was tested.   {age}         2       e` },
      { run: 'describe event e', out: `
Name:             e
Namespace:        {ns}
Labels:           <none>
Annotations:      <none>
API Version:      v1
Count:            2
First Timestamp:  {time}
Involved Object:
  API Version:   v1
  Kind:          Pod
  Name:          p
  Namespace:     {ns}
Kind:            Event
Last Timestamp:  {time}
Message:         It was tested.
Metadata:
  Creation Timestamp:  {time}
  Resource Version:    {number}
  UID:                 {uid}
Reason:                Tested
Source:
  Component:  tester
Type:         Normal
Events:       <none>` },
      { run: 'events', out: `
LAST SEEN             TYPE     REASON   OBJECT   MESSAGE
{age} (x2 over {age})   Normal   Tested   Pod/p    It was tested.` },
      { run: 'events --types=Warning', err: 'No events found in {ns} namespace.' },
      { run: 'events --for pod/p --no-headers', out: '{age} (x2 over {age})   Normal   Tested   Pod/p   It was tested.' },
      { run: 'events --for pod/q', err: 'No events found in {ns} namespace.' },
    ] },
  ],
}
