/** What `get`, `get -o wide` and `describe` print. Controllers of pods that are older, run to an end, or look after others. */
import { container, deployment, named, template, PLAIN_TEMPLATE, PLAIN_TEMPLATE_28 } from '../objects.ts'
import type { Group } from '../table.ts'

const far = { schedulerName: 'nobody' }

export const moreWorkloads: Group = {
  name: 'kinds: more workloads', cluster: 'hollow', stories: [
    { about: 'a replication controller', objects: [named('v1', 'ReplicationController', 'old', { spec: { replicas: 1, selector: { app: 'old' }, template: template('old') } })], cases: [
      { run: 'get rc', out: `
NAME   DESIRED   CURRENT   READY   AGE
old    1         1         1       {age}`, eventually: true },
      { run: 'get rc old -o wide', out: `
NAME   DESIRED   CURRENT   READY   AGE   CONTAINERS   IMAGES          SELECTOR
old    1         1         1       {age}   c            busybox:local   app=old` },
      { run: 'describe rc old', out: `
Name:         old
Namespace:    {ns}
Selector:     app=old
Labels:       app=old
Annotations:  <none>
Replicas:     1 current / 1 desired
Pods Status:  1 Running / 0 Waiting / 0 Succeeded / 0 Failed
Pod Template:
  Labels:  app=old
${PLAIN_TEMPLATE}
Events:
  Type    Reason            Age   From                    Message
  ----    ------            ----  ----                    -------
  Normal  SuccessfulCreate  {age}   replication-controller  Created pod: old-{suffix}`, until: { 28: PLAIN_TEMPLATE_28 }, eventually: true },
    ] },
    { about: 'a job', objects: [named('batch/v1', 'Job', 'once', { spec: { template: { spec: { restartPolicy: 'Never', containers: [container()], ...far } } } })], cases: [
      { run: 'get jobs', out: `
NAME   STATUS    COMPLETIONS   DURATION   AGE
once   Running   0/1           {age}        {age}`, eventually: true },
      { run: 'get job once -o wide', out: `
NAME   STATUS    COMPLETIONS   DURATION   AGE   CONTAINERS   IMAGES          SELECTOR
once   Running   0/1           {age}        {age}   c            busybox:local   batch.kubernetes.io/controller-uid={uid}` },
      { run: 'describe job once', out: `
Name:             once
Namespace:        {ns}
Selector:         batch.kubernetes.io/controller-uid={uid}
Labels:           batch.kubernetes.io/controller-uid={uid}
                  batch.kubernetes.io/job-name=once
                  controller-uid={uid}
                  job-name=once
Annotations:      <none>
Parallelism:      1
Completions:      1
Completion Mode:  NonIndexed
Suspend:          false
Backoff Limit:    6
Start Time:       {date}
Pods Statuses:    1 Active (0 Ready) / 0 Succeeded / 0 Failed
Pod Template:
  Labels:  batch.kubernetes.io/controller-uid={uid}
           batch.kubernetes.io/job-name=once
           controller-uid={uid}
           job-name=once
${PLAIN_TEMPLATE}
Events:
  Type    Reason            Age   From            Message
  ----    ------            ----  ----            -------
  Normal  SuccessfulCreate  {age}   job-controller  Created pod: once-{suffix}`, until: { 28: [['\n  Node-Selectors:  <none>\n  Tolerations:     <none>', ''], ['\nSuspend:          false\nBackoff Limit:    6', '']] }, eventually: true },
    ] },
    { about: 'a cron job', objects: [named('batch/v1', 'CronJob', 'nightly', { spec: { schedule: '0 3 31 2 *', jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [container()] } } } } } })], cases: [
      { run: 'get cronjobs', out: `
NAME      SCHEDULE     TIMEZONE   SUSPEND   ACTIVE   LAST SCHEDULE   AGE
nightly   0 3 31 2 *   <none>     False     0        <none>          {age}` },
      { run: 'get cj nightly -o wide', out: `
NAME      SCHEDULE     TIMEZONE   SUSPEND   ACTIVE   LAST SCHEDULE   AGE   CONTAINERS   IMAGES          SELECTOR
nightly   0 3 31 2 *   <none>     False     0        <none>          {age}    c            busybox:local   <none>` },
      { run: 'describe cronjob nightly', out: `
Name:                          nightly
Namespace:                     {ns}
Labels:                        <none>
Annotations:                   <none>
Schedule:                      0 3 31 2 *
Concurrency Policy:            Allow
Suspend:                       False
Successful Job History Limit:  3
Failed Job History Limit:      1
Starting Deadline Seconds:     <unset>
Selector:                      <unset>
Parallelism:                   <unset>
Completions:                   <unset>
Pod Template:
  Labels:  <none>
  Containers:
   c:
    Image:           busybox:local
    Port:            <none>
    Host Port:       <none>
    Environment:     <none>
    Mounts:          <none>
  Volumes:           <none>
  Node-Selectors:    <none>
  Tolerations:       <none>
Last Schedule Time:  <unset>
Active Jobs:         <none>
Events:              <none>`, until: { 28: [['\n  Node-Selectors:    <none>\n  Tolerations:       <none>', '']] } },
    ] },
    { about: 'an autoscaler', objects: [deployment('web'), named('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', { spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nobody' }, minReplicas: 1, maxReplicas: 3, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }] } })], cases: [
      { run: 'get hpa', out: `
NAME   REFERENCE           TARGETS              MINPODS   MAXPODS   REPLICAS   AGE
web    Deployment/nobody   cpu: <unknown>/80%   1         3         0          {age}`, eventually: true },
      { run: 'get hpa web -o wide', out: `
NAME   REFERENCE           TARGETS              MINPODS   MAXPODS   REPLICAS   AGE
web    Deployment/nobody   cpu: <unknown>/80%   1         3         0          {age}` },
      { run: 'describe hpa web', out: `
Name:                                                  web
Namespace:                                             {ns}
Labels:                                                <none>
Annotations:                                           <none>
CreationTimestamp:                                     {date}
Reference:                                             Deployment/nobody
Metrics:                                               ( current / target )
  resource cpu on pods  (as a percentage of request):  <unknown> / 80%
Min replicas:                                          1
Max replicas:                                          3
Deployment pods:                                       0 current / 0 desired
Conditions:
  Type         Status  Reason          Message
  ----         ------  ------          -------
  AbleToScale  False   FailedGetScale  the HPA controller was unable to get the target's current scale: deployments.apps "nobody" not found
Events:
  Type     Reason          Age  From                       Message
  ----     ------          ----  ----                       -------
  Warning  FailedGetScale  {any}  horizontal-pod-autoscaler  deployments.apps "nobody" not found`, eventually: true },
    ] },
    { about: 'a disruption budget', objects: [named('policy/v1', 'PodDisruptionBudget', 'keep', { spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } } })], cases: [
      { run: 'get pdb', out: `
NAME   MIN AVAILABLE   MAX UNAVAILABLE   ALLOWED DISRUPTIONS   AGE
keep   1               N/A               0                     {age}`, eventually: true },
      { run: 'get pdb -o wide', out: `
NAME   MIN AVAILABLE   MAX UNAVAILABLE   ALLOWED DISRUPTIONS   AGE
keep   1               N/A               0                     {age}` },
      { run: 'describe pdb keep', out: `
Name:           keep
Namespace:      {ns}
Min available:  1
Selector:       app=web
Status:
    Allowed disruptions:  0
    Current:              0
    Desired:              1
    Total:                0
Events:
  Type    Reason  Age                From               Message
  ----    ------  ----               ----               -------
  Normal  NoPods  {any}  controllermanager  No matching pods found`, eventually: true },
    ] },
  ],
}
