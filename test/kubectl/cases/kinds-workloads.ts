/** What `get`, `get -o wide` and `describe` print. Workloads. */
import { container, deployment, named, pod, template, PLAIN_TEMPLATE, PLAIN_TEMPLATE_28 } from '../objects.ts'
import type { Group } from '../table.ts'

const far = { schedulerName: 'nobody' }

export const workloads: Group = {
  name: 'kinds: workloads', cluster: 'hollow', stories: [
    { about: 'a pod', telling: 'oldest', objects: [pod('p', { containers: [container('c', { ports: [{ containerPort: 80, name: 'http' }], env: [{ name: 'A', value: 'b' }], resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m' } } })] }, { labels: { a: 'b' } })], cases: [
      { run: 'wait pod/p --for=condition=Ready --timeout=60s', out: 'pod/p condition met' },
      { run: 'get pods', out: `
NAME   READY   STATUS    RESTARTS   AGE
p      1/1     Running   0          {age}` },
      { run: 'get pods -o wide', out: `
NAME   READY   STATUS    RESTARTS   AGE   IP           NODE       NOMINATED NODE   READINESS GATES
p      1/1     Running   0          {age}    {ip}   hollow-{number}   <none>           <none>` },
      { run: 'describe pod p', out: `
Name:             p
Namespace:        {ns}
Priority:         0
Service Account:  default
Node:             hollow-{number}/{ip}
Start Time:       {date}
Labels:           a=b
Annotations:      <none>
Status:           Running
IP:               {ip}
IPs:
  IP:  {ip}
Containers:
  c:
    Container ID:   hollow://{word}
    Image:          busybox:local
    Image ID:       sha256:{word}
    Port:           80/TCP (http)
    Host Port:      0/TCP (http)
    State:          Running
      Started:      {date}
    Ready:          True
    Restart Count:  0
    Limits:
      cpu:     1
      memory:  1Gi
    Requests:
      cpu:     100m
      memory:  1Gi
    Environment:
      A:  b
    Mounts:
      /var/run/secrets/kubernetes.io/serviceaccount from kube-api-access-{suffix} (ro)
Conditions:
  Type                        Status
  PodReadyToStartContainers   True
  Initialized                 True
  ContainersReady             True
  Ready                       True
  PodScheduled                True
Volumes:
  kube-api-access-{suffix}:
    Type:                    Projected (a volume that contains injected data from multiple sources)
    TokenExpirationSeconds:  3607
    ConfigMapName:           kube-root-ca.crt
    Optional:                false
    DownwardAPI:             true
QoS Class:                   Burstable
Node-Selectors:              <none>
Tolerations:                 node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
                             node.kubernetes.io/unreachable:NoExecute op=Exists for 300s
Events:
  Type    Reason     Age   From               Message
  ----    ------     ----  ----               -------
  Normal  Scheduled  {age}   default-scheduler  Successfully assigned {ns}/p to hollow-{number}
  Normal  Pulled     {age}   kubelet            spec.containers{c}: Container image "busybox:local" already present on machine and can be accessed by the pod
  Normal  Created    {age}   kubelet            spec.containers{c}: Container created
  Normal  Started    {age}   kubelet            spec.containers{c}: Container started`, until: { 32: [['80/TCP (http)', '80/TCP'], ['0/TCP (http)', '0/TCP'], ['Optional:                false', 'ConfigMapOptional:       <nil>']], 34: [['spec.containers{c}: Container', 'Container']] }, eventually: true },
    ] },
    { about: 'a pod that is not yet anywhere', objects: [pod('p', far)], cases: [
      { run: 'get pod p', out: `
NAME   READY   STATUS    RESTARTS   AGE
p      0/1     Pending   0          {age}` },
      { run: 'get pod p -o wide', out: `
NAME   READY   STATUS    RESTARTS   AGE   IP       NODE     NOMINATED NODE   READINESS GATES
p      0/1     Pending   0          {age}    <none>   <none>   <none>           <none>` },
      { run: 'describe pod p', out: `
Name:             p
Namespace:        {ns}
Priority:         0
Service Account:  default
Node:             <none>
Labels:           <none>
Annotations:      <none>
Status:           Pending
IP:
IPs:              <none>
Containers:
  c:
    Image:        busybox:local
    Port:         <none>
    Host Port:    <none>
    Environment:  <none>
    Mounts:
      /var/run/secrets/kubernetes.io/serviceaccount from kube-api-access-{suffix} (ro)
Volumes:
  kube-api-access-{suffix}:
    Type:                    Projected (a volume that contains injected data from multiple sources)
    TokenExpirationSeconds:  3607
    ConfigMapName:           kube-root-ca.crt
    Optional:                false
    DownwardAPI:             true
QoS Class:                   BestEffort
Node-Selectors:              <none>
Tolerations:                 node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
                             node.kubernetes.io/unreachable:NoExecute op=Exists for 300s
Events:                      <none>`, until: { 32: [['Optional:                false', 'ConfigMapOptional:       <nil>']] } },
    ] },
    { about: 'a deployment', objects: [deployment('web', { replicas: 2 })], cases: [
      { run: 'rollout status deployment/web --timeout=60s', out: '{lines}deployment "web" successfully rolled out' },
      { run: 'get deployments', out: `
NAME   READY   UP-TO-DATE   AVAILABLE   AGE
web    2/2     2            2           {age}` },
      { run: 'get deployment web -o wide', out: `
NAME   READY   UP-TO-DATE   AVAILABLE   AGE   CONTAINERS   IMAGES          SELECTOR
web    2/2     2            2           {age}    c            busybox:local   app=web` },
      { run: 'describe deployment web', out: `
Name:                   web
Namespace:              {ns}
CreationTimestamp:      {date}
Labels:                 <none>
Annotations:            deployment.kubernetes.io/revision: 1
Selector:               app=web
Replicas:               2 desired | 2 updated | 2 total | 2 available | 0 unavailable
StrategyType:           RollingUpdate
MinReadySeconds:        0
RollingUpdateStrategy:  25% max unavailable, 25% max surge
Pod Template:
  Labels:  app=web
${PLAIN_TEMPLATE}
Conditions:
  Type           Status  Reason
  ----           ------  ------
  Available      True    MinimumReplicasAvailable
  Progressing    True    NewReplicaSetAvailable
OldReplicaSets:  <none>
NewReplicaSet:   web-{hash} (2/2 replicas created)
Events:
  Type    Reason             Age   From                   Message
  ----    ------             ----  ----                   -------
  Normal  ScalingReplicaSet  {age}   deployment-controller  Scaled up replica set web-{hash} from 0 to 2`, until: { 28: [[`   c:
    Image:         busybox:local
    Port:          <none>
    Host Port:     <none>
    Environment:   <none>
    Mounts:        <none>
  Volumes:         <none>
  Node-Selectors:  <none>
  Tolerations:     <none>`, `   c:
    Image:        busybox:local
    Port:         <none>
    Host Port:    <none>
    Environment:  <none>
    Mounts:       <none>
  Volumes:        <none>`]] }, eventually: true },
      { run: 'get replicasets', out: `
NAME            DESIRED   CURRENT   READY   AGE
web-{hash}   2         2         2       {age}` },
      { run: 'get rs -o wide', out: `
NAME            DESIRED   CURRENT   READY   AGE   CONTAINERS   IMAGES          SELECTOR
web-{hash}   2         2         2       {age}   c            busybox:local   app=web,pod-template-hash={hash}` },
      { run: 'describe rs', out: `
Name:           web-{hash}
Namespace:      {ns}
Selector:       app=web,pod-template-hash={hash}
Labels:         app=web
                pod-template-hash={hash}
Annotations:    deployment.kubernetes.io/desired-replicas: 2
                deployment.kubernetes.io/max-replicas: 3
                deployment.kubernetes.io/revision: 1
Controlled By:  Deployment/web
Replicas:       2 current / 2 desired
Pods Status:    2 Running / 0 Waiting / 0 Succeeded / 0 Failed
Pod Template:
  Labels:  app=web
           pod-template-hash={hash}
${PLAIN_TEMPLATE}
Events:
  Type    Reason            Age   From                   Message
  ----    ------            ----  ----                   -------
  Normal  SuccessfulCreate  {age}   replicaset-controller  Created pod: web-{hash}-{suffix}
  Normal  SuccessfulCreate  {age}   replicaset-controller  Created pod: web-{hash}-{suffix}`, until: { 28: [[`   c:
    Image:         busybox:local
    Port:          <none>
    Host Port:     <none>
    Environment:   <none>
    Mounts:        <none>
  Volumes:         <none>
  Node-Selectors:  <none>
  Tolerations:     <none>`, `   c:
    Image:        busybox:local
    Port:         <none>
    Host Port:    <none>
    Environment:  <none>
    Mounts:       <none>
  Volumes:        <none>`]] }, eventually: true },
      { run: 'get all', out: `
NAME                      READY   STATUS    RESTARTS   AGE
pod/web-{hash}-{suffix}   1/1     Running   0          {age}
pod/web-{hash}-{suffix}   1/1     Running   0          {age}

NAME                  READY   UP-TO-DATE   AVAILABLE   AGE
deployment.apps/web   2/2     2            2           {age}

NAME                            DESIRED   CURRENT   READY   AGE
replicaset.apps/web-{hash}   2         2         2       {age}` },
    ] },
    { about: 'a stateful set', objects: [named('apps/v1', 'StatefulSet', 'db', { spec: { serviceName: 'db', replicas: 2, selector: { matchLabels: { app: 'db' } }, template: template('db') } })], cases: [
      { run: 'rollout status statefulset/db --timeout=60s', out: '{lines}partitioned roll out complete: 2 new pods have been updated...' },
      { run: 'get statefulsets', out: `
NAME   READY   AGE
db     2/2     {age}` },
      { run: 'get sts db -o wide', out: `
NAME   READY   AGE   CONTAINERS   IMAGES
db     2/2     {age}    c            busybox:local` },
      { run: 'describe statefulset db', out: `
Name:               db
Namespace:          {ns}
CreationTimestamp:  {date}
Selector:           app=db
Labels:             <none>
Annotations:        <none>
Replicas:           2 desired | 2 total
Update Strategy:    RollingUpdate
  Partition:        0
Pods Status:        2 Running / 0 Waiting / 0 Succeeded / 0 Failed
Pod Template:
  Labels:  app=db
${PLAIN_TEMPLATE}
Volume Claims:     <none>
Events:
  Type    Reason            Age   From                    Message
  ----    ------            ----  ----                    -------
  Normal  SuccessfulCreate  {age}   statefulset-controller  create Pod db-0 in StatefulSet db successful
  Normal  SuccessfulCreate  {age}    statefulset-controller  create Pod db-1 in StatefulSet db successful`, until: { 28: PLAIN_TEMPLATE_28 }, eventually: true },
    ] },
    { about: 'a daemon set', objects: [named('apps/v1', 'DaemonSet', 'agent', { spec: { selector: { matchLabels: { app: 'agent' } }, template: template('agent', { nodeSelector: { 'kubernetes.io/os': 'linux' } }) } })], cases: [
      { run: 'rollout status daemonset/agent --timeout=60s', out: '{lines}daemon set "agent" successfully rolled out' },
      { run: 'get daemonsets', out: `
NAME    DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR            AGE
agent   3         3         3       3            3           kubernetes.io/os=linux   {age}` },
      { run: 'get ds agent -o wide', out: `
NAME    DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR            AGE   CONTAINERS   IMAGES          SELECTOR
agent   3         3         3       3            3           kubernetes.io/os=linux   {age}    c            busybox:local   app=agent` },
      { run: 'describe ds agent', out: `
Name:           agent
Namespace:      {ns}
Selector:       app=agent
Node-Selector:  kubernetes.io/os=linux
Labels:         <none>
Annotations:    deprecated.daemonset.template.generation: 1
Desired Number of Nodes Scheduled: 3
Current Number of Nodes Scheduled: 3
Number of Nodes Scheduled with Up-to-date Pods: 3
Number of Nodes Scheduled with Available Pods: 3
Number of Nodes Misscheduled: 0
Pods Status:  3 Running / 0 Waiting / 0 Succeeded / 0 Failed
Pod Template:
  Labels:  app=agent
  Containers:
   c:
    Image:         busybox:local
    Port:          <none>
    Host Port:     <none>
    Environment:   <none>
    Mounts:        <none>
  Volumes:         <none>
  Node-Selectors:  kubernetes.io/os=linux
  Tolerations:     <none>
Events:
  Type    Reason            Age   From                  Message
  ----    ------            ----  ----                  -------
  Normal  SuccessfulCreate  {age}   daemonset-controller  Created pod: agent-{suffix}
  Normal  SuccessfulCreate  {age}   daemonset-controller  Created pod: agent-{suffix}
  Normal  SuccessfulCreate  {age}   daemonset-controller  Created pod: agent-{suffix}`, until: { 28: [['\n  Node-Selectors:  kubernetes.io/os=linux\n  Tolerations:     <none>', '']], 32: [['\nNamespace:      {ns}', '']] }, eventually: true },
    ] },
  ],
}
