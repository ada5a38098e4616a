/** rollout, scale, autoscale, run and expose. */
import { configMap, deployment, named, pod, service, template } from '../objects.ts'
import type { Group } from '../table.ts'

export const rollout: Group = {
  name: 'rollout', cluster: 'hollow', stories: [
    { about: 'of a deployment', objects: [deployment('web', { template: template('web', { containers: [{ name: 'c', image: 'i:1' }] }) })], cases: [
      { run: 'rollout status deployment/web --timeout=60s', out: '{lines}deployment "web" successfully rolled out' },
      { run: 'rollout history deployment/web', out: `
deployment.apps/web
REVISION  CHANGE-CAUSE
1         <none>
` },
      { run: 'set image deployment/web c=i:2', out: 'deployment.apps/web image updated' },
      { run: 'rollout status deployment/web --timeout=60s', out: '{lines}deployment "web" successfully rolled out' },
      { run: 'annotate deployment web kubernetes.io/change-cause="second image"', out: 'deployment.apps/web annotated' },
      { run: 'rollout history deployment/web', out: `
deployment.apps/web
REVISION  CHANGE-CAUSE
1         <none>
2         second image
`, eventually: true },
      { run: 'rollout history deployment/web --revision=2', out: `
deployment.apps/web with revision #2
Pod Template:
  Labels:	app=web
	pod-template-hash={hash}
  Annotations:	kubernetes.io/change-cause: second image
  Containers:
   c:
    Image:	i:2
    Port:	<none>
    Host Port:	<none>
    Environment:	<none>
    Mounts:	<none>
  Volumes:	<none>
  Node-Selectors:	<none>
  Tolerations:	<none>
`, until: { 28: { out: `
deployment.apps/web with revision #2
Pod Template:
  Labels:	app=web
	pod-template-hash={hash}
  Annotations:	kubernetes.io/change-cause: second image
  Containers:
   c:
    Image:	i:2
    Port:	<none>
    Host Port:	<none>
    Environment:	<none>
    Mounts:	<none>
  Volumes:	<none>
` } } },
      { run: 'rollout history deployment/web --revision=99', err: 'error: unable to find the specified revision', code: 1 },
      { run: 'rollout pause deployment/web', out: 'deployment.apps/web paused' },
      { run: 'rollout pause deployment/web', err: 'error: deployments.apps "web" is already paused', code: 1 },
      { run: 'rollout undo deployment/web', err: "error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again", code: 1 },
      { run: 'rollout restart deployment/web', err: `error: deployments.apps "web" can't restart paused deployment (run rollout resume first)`, code: 1 },
      { run: 'rollout resume deployment/web', out: 'deployment.apps/web resumed' },
      { run: 'rollout resume deployment/web', err: 'error: deployments.apps "web" is not paused', code: 1 },
      { run: 'rollout undo deployment/web --dry-run=server', out: 'deployment.apps/web rolled back (server dry run)' },
      { run: 'rollout undo deployment/web --to-revision=1', out: 'deployment.apps/web rolled back' },
      { run: 'rollout undo deployment/web --to-revision=99', err: 'error: unable to find specified revision 99 in history', code: 1 },
      { run: 'get deployment web -o jsonpath={.spec.template.spec.containers[0].image}', out: 'i:1' },
      { run: 'rollout restart deployment/web', out: 'deployment.apps/web restarted' },
      { run: 'rollout status deployment/web --timeout=60s', out: '{lines}deployment "web" successfully rolled out' },
    ] },
    { about: 'of others', objects: [
      named('apps/v1', 'StatefulSet', 'db', { spec: { serviceName: 'db', replicas: 1, selector: { matchLabels: { app: 'db' } }, template: template('db') } }),
      named('apps/v1', 'DaemonSet', 'agent', { spec: { selector: { matchLabels: { app: 'agent' } }, template: template('agent') } }), configMap('c'),
      named('apps/v1', 'ReplicaSet', 'rs', { spec: { replicas: 0, selector: { matchLabels: { app: 'rs' } }, template: template('rs') } })], cases: [
      { run: 'rollout status statefulset/db --timeout=60s', out: '{lines}partitioned roll out complete: 1 new pods have been updated...' },
      { run: 'rollout restart statefulset/db', out: 'statefulset.apps/db restarted' },
      { run: 'rollout status statefulset/db --timeout=60s', out: '{lines}partitioned roll out complete: 1 new pods have been updated...' },
      { run: 'rollout history statefulset/db', out: `
statefulset.apps/db
REVISION  CHANGE-CAUSE
1         <none>
2         <none>
` },
      { run: 'rollout undo statefulset/db', out: 'statefulset.apps/db rolled back' },
      { run: 'rollout status daemonset/agent --timeout=60s', out: '{lines}daemon set "agent" successfully rolled out' },
      { run: 'rollout history daemonset/agent', out: `
daemonset.apps/agent
REVISION  CHANGE-CAUSE
1         <none>
` },
      { run: 'rollout history daemonset/agent --revision=1', out: `
daemonset.apps/agent with revision #1
Pod Template:
  Labels:	app=agent
  Containers:
   c:
    Image:	busybox:local
    Port:	<none>
    Host Port:	<none>
    Environment:	<none>
    Mounts:	<none>
  Volumes:	<none>
  Node-Selectors:	<none>
  Tolerations:	<none>
`, until: { 28: [['\n  Node-Selectors:\t<none>\n  Tolerations:\t<none>', '']] } },
      { run: 'rollout restart daemonset/agent', out: 'daemonset.apps/agent restarted' },
      { run: 'rollout pause daemonset/agent', err: 'error: daemonsets.apps "agent" pausing is not supported', code: 1 },
      { run: 'rollout undo daemonset/agent --to-revision=7', err: 'error: unable to find specified revision 7 in history', code: 1 },
      { run: 'rollout status configmap/c', err: 'error: no status viewer has been implemented for ConfigMap', code: 1 },
      { run: 'rollout restart replicaset/rs', err: 'error: replicasets.apps "rs" restarting is not supported', code: 1 },
      { run: 'rollout history replicaset/rs', err: 'error: no history viewer has been implemented for "ReplicaSet.apps"', code: 1 },
      { run: 'rollout status deployment/nosuch', err: 'Error from server (NotFound): deployments.apps "nosuch" not found', code: 1 },
      { run: 'rollout status', err: 'error: required resource not specified', code: 1 },
    ] },
    { about: 'that does not come to an end', objects: [deployment('stuck', { progressDeadlineSeconds: 1, template: template('stuck', { schedulerName: 'nobody' }) })], cases: [
      { run: 'rollout status deployment/stuck --timeout=90s', out: '{lines}', err: 'error: deployment "stuck" exceeded its progress deadline', code: 1 },
      { run: 'get deployment stuck', out: `
NAME    READY   UP-TO-DATE   AVAILABLE   AGE
stuck   0/1     1            0           {age}` },
      { run: 'wait deployment/stuck --for=condition=Progressing=false --timeout=60s', out: 'deployment.apps/stuck condition met' },
    ] },
  ],
}

export const scale: Group = {
  name: 'scale', cluster: 'hollow', stories: [
    { about: 'scale', telling: 'oldest', objects: [deployment('web', { replicas: 1, template: template('web', { schedulerName: 'nobody' }) }), deployment('api', { replicas: 1, template: template('api', { schedulerName: 'nobody' }) }), configMap('c'), named('batch/v1', 'Job', 'j', { spec: { suspend: true, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } } })], cases: [
      { run: 'scale deployment/web --replicas=2', out: 'deployment.apps/web scaled' },
      { run: 'scale deployment/web --replicas=3 --current-replicas=5', err: 'error: Expected replicas to be 5, was 2', code: 1 },
      { run: 'scale deployment web api --replicas=3', out: `
deployment.apps/web scaled
deployment.apps/api scaled` },
      { run: 'scale deployment --all --replicas=1', out: `
deployment.apps/api scaled
deployment.apps/web scaled` },
      { run: 'scale --replicas=0 deployment/web --dry-run=server', out: 'deployment.apps/web scaled (server dry run)' },
      { run: 'scale --replicas=0 deployment/web --dry-run=client', out: 'deployment.apps/web scaled (dry run)' },
      { run: `get deployments -o 'jsonpath={.items[*].spec.replicas}'`, out: '1 1' },
      { run: 'scale deployment/web --replicas=-1', err: 'error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0', code: 1 },
      { run: 'scale deployment/web', err: 'error: required flag(s) "replicas" not set', code: 1 },
      { run: 'scale deployment/nosuch --replicas=1', err: 'Error from server (NotFound): deployments.apps "nosuch" not found', code: 1, until: { 28: [['scale deployments.apps "nosuch" not found', 'scale']], 34: [['Error from server (NotFound):', 'error: no objects passed to scale']] } },
      { run: 'scale configmap/c --replicas=1', err: 'Error from server (NotFound): the server could not find the requested resource', code: 1 },
      { run: 'scale job/j --replicas=1', err: 'Error from server (NotFound): the server could not find the requested resource', code: 1 },
      { run: 'scale deployment -l app=nobody --replicas=1', err: 'error: no objects passed to scale', code: 1 },
    ] },
    { about: 'autoscale', objects: [deployment('web', { template: template('web', { schedulerName: 'nobody' }) }), configMap('c')], cases: [
      { run: 'autoscale deployment web --min=2 --max=5', out: 'horizontalpodautoscaler.autoscaling/web autoscaled' },
      { run: 'autoscale deployment web --max=5', err: 'error: failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: empty input', code: 1, until: { 32: [['error: failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: empty input', 'Error from server (AlreadyExists): horizontalpodautoscalers.autoscaling "web" already exists']] } },
      { run: 'autoscale deployment web --name=by-cpu --max=3 --cpu-percent=80', out: 'horizontalpodautoscaler.autoscaling/by-cpu autoscaled', err: "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).", until: { 32: [["Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).", '']] } },
      { run: 'autoscale deployment web --name=by-memory --max=3 --memory=80%', since: 34, out: 'horizontalpodautoscaler.autoscaling/by-memory autoscaled' },
      { run: `get hpa -o 'jsonpath={range .items[*]}{.metadata.name} {.spec.minReplicas} {.spec.maxReplicas} {.spec.metrics[*].resource.target}{"\\n"}{end}'`, out: `
by-cpu 1 3 {"averageUtilization":80,"type":"Utilization"}
by-memory 1 3 {"averageUtilization":80,"type":"Utilization"}
web 2 5 {"averageUtilization":80,"type":"Utilization"}`, until: { 32: { out: `
by-cpu 1 3 {"averageUtilization":80,"type":"Utilization"}
web 2 5 {"averageUtilization":80,"type":"Utilization"}` } } },
      { run: 'autoscale deployment web --max=0', err: 'error: --max=MAXPODS is required and must be at least 1, max: 0', code: 1 },
      { run: 'autoscale deployment web --min=5 --max=3', err: 'error: --max=MAXPODS must be larger or equal to --min=MINPODS, max: 3, min: 5', code: 1 },
      { run: 'autoscale configmap c --max=3', err: 'error: cannot autoscale a ConfigMap: could not find scale subresource for /v1, Resource=configmaps in discovery information', code: 1 },
      { run: 'autoscale deployment nosuch --max=3', err: 'Error from server (NotFound): deployments.apps "nosuch" not found', code: 1 },
      { run: 'autoscale deployment web --name=dry --max=3 --dry-run=client -o yaml', out: `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: dry
  namespace: {ns}
spec:
  maxReplicas: 3
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
status:
  currentMetrics: null
  desiredReplicas: 0`, until: { 32: { out: `
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata:
  creationTimestamp: null
  name: dry
spec:
  maxReplicas: 3
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
status:
  currentReplicas: 0
  desiredReplicas: 0` }, 34: { out: `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: dry
spec:
  maxReplicas: 3
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
status:
  currentMetrics: null
  desiredReplicas: 0` } } },
    ] },
    { about: 'run', telling: 'oldest', cases: [
      { run: 'run p1 --image=busybox --labels=a=b,c=d --env=A=1 --port=80 --restart=Never', out: 'pod/p1 created' },
      { run: 'run p1 --image=busybox', err: 'Error from server (AlreadyExists): pods "p1" already exists', code: 1 },
      { run: `get pod p1 -o 'jsonpath={.metadata.labels} {.spec.restartPolicy} {.spec.containers[0].env} {.spec.containers[0].ports}'`, out: '{"a":"b","c":"d"} Never [{"name":"A","value":"1"}] [{"containerPort":80,"protocol":"TCP"}]' },
      { run: 'run p2 --image=nginx --port=80 --expose', out: 'service/p2 created\npod/p2 created' },
      { run: 'run p3 --image=nginx --dry-run=server', out: 'pod/p3 created (server dry run)' },
      { run: 'run p3 --image=nginx --dry-run=client -o yaml -- sleep 5', out: `
apiVersion: v1
kind: Pod
metadata:
  labels:
    run: p3
  name: p3
  namespace: {ns}
spec:
  containers:
  - args:
    - sleep
    - "5"
    image: nginx
    name: p3
    resources: {}
  dnsPolicy: ClusterFirst
  restartPolicy: Always
status: {}`, until: { 32: [['metadata:', `metadata:
  creationTimestamp: null`]] } },
      { run: 'run p3 --image=nginx --dry-run=client -o yaml --command -- sleep 5', out: `
apiVersion: v1
kind: Pod
metadata:
  labels:
    run: p3
  name: p3
  namespace: {ns}
spec:
  containers:
  - command:
    - sleep
    - "5"
    image: nginx
    name: p3
    resources: {}
  dnsPolicy: ClusterFirst
  restartPolicy: Always
status: {}`, until: { 32: [['metadata:', `metadata:
  creationTimestamp: null`]] } },
      { run: `run p4 --image=nginx --overrides='{"spec":{"schedulerName":"nobody"}}'`, out: 'pod/p4 created' },
      { run: 'run p5', err: 'error: required flag(s) "image" not set', code: 1 },
      { run: 'run P6 --image=x', err: `
The Pod "P6" is invalid:
* metadata.name: Invalid value: "P6": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
* spec.containers[0].name: Invalid value: "P6": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`, code: 1 },
      { run: 'run p6 --image=x --restart=Sometimes', err: `
error: invalid restart policy: Sometimes
See 'kubectl run -h' for help and examples`, code: 1 },
      { run: 'run p6 --image=x --rm', err: `
error: --rm should only be used for attached containers
See 'kubectl run -h' for help and examples`, code: 1 },
      { run: `run p6 --image='a b'`, err: 'error: Invalid image name "a b": invalid reference format', code: 1 },
    ] },
    { about: 'expose', objects: [deployment('web', { template: template('web', { schedulerName: 'nobody', containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 8080 }] }] }) }), pod('p', { schedulerName: 'nobody' }, { labels: { app: 'p' } }), pod('bare', { schedulerName: 'nobody' }), service('s'), named('v1', 'ReplicationController', 'rc', { spec: { replicas: 0, selector: { app: 'rc' }, template: template('rc') } })], cases: [
      { run: 'expose deployment web --port=80 --target-port=8080 --name=one', out: 'service/one exposed' },
      { run: 'expose deployment web', out: 'service/web exposed' },
      { run: 'expose deployment web --port=80', err: 'Error from server (AlreadyExists): services "web" already exists', code: 1 },
      { run: 'expose pod p --port=80 --type=NodePort', out: 'service/p exposed' },
      { run: 'expose rc rc --port=80 --protocol=UDP', out: 'service/rc exposed' },
      { run: 'expose service s --port=443 --name=two', out: 'service/two exposed' },
      { run: 'get svc one web p rc two --no-headers', out: `
one   ClusterIP   {ip}     <none>   80/TCP         {age}
web   ClusterIP   {ip}    <none>   8080/TCP       {age}
p     NodePort    {ip}   <none>   80:{port}/TCP   {age}
rc    ClusterIP   {ip}    <none>   80/UDP         {age}
two   ClusterIP   {ip}   <none>   443/TCP        {age}` },
      { run: 'expose pod bare --port=80', err: "error: couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed", code: 1 },
      { run: 'expose pod p --name=three', err: "error: couldn't find port via --port flag or introspection", code: 1 },
      { run: 'expose deployment nosuch --port=80', err: 'Error from server (NotFound): deployments.apps "nosuch" not found', code: 1 },
      { run: 'expose deployment web --port=80 --name=four --dry-run=client -o yaml', out: `
apiVersion: v1
kind: Service
metadata:
  name: four
  namespace: {ns}
spec:
  ports:
  - port: 80
    protocol: TCP
    targetPort: 80
  selector:
    app: web
status:
  loadBalancer: {}`, until: { 32: [['metadata:', `metadata:
  creationTimestamp: null`]] } },
      { run: 'expose deployment web --port=80 --name=four --cluster-ip=None --session-affinity=ClientIP --dry-run=server', out: 'service/four exposed (server dry run)', err: 'Warning: spec.SessionAffinity is ignored for headless services' },
      { run: 'create deployment web.two --image=i:1 --dry-run=server', out: 'deployment.apps/web.two created (server dry run)', err: 'Warning: metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]' },
      { run: 'expose deployment web --port=80 --name=five --type=Sometimes', err: 'The Service "five" is invalid: spec.type: Unsupported value: "Sometimes": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"', code: 1 },
    ] },
  ],
}
