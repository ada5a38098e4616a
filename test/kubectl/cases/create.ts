/** `kubectl create`, all of its generators, and what it refuses. */
import { configMap, named } from '../objects.ts'
import type { Group } from '../table.ts'

const CERT = '-----BEGIN CERTIFICATE-----\nMIIBdzCCAR2gAwIBAgIUUs8\n-----END CERTIFICATE-----\n'

export const create: Group = {
  name: 'create', cluster: 'hollow', stories: [
    { about: 'what has no options that matter', cases: [
      { run: 'create configmap c1 --from-literal=a=1 --from-literal=b=2', out: 'configmap/c1 created' },
      { run: 'create configmap c1 --from-literal=a=1', err: 'error: failed to create configmap: configmaps "c1" already exists', code: 1 },
      { run: 'create secret generic s1 --from-literal=p=q', out: 'secret/s1 created' },
      { run: 'create secret docker-registry reg --docker-server=r.example.com --docker-username=u --docker-password=p', out: 'secret/reg created' },
      { run: 'get secrets', out: `
NAME   TYPE                             DATA   AGE
reg    kubernetes.io/dockerconfigjson   1      {age}
s1     Opaque                           1      {age}` },
      { run: 'create serviceaccount bot', out: 'serviceaccount/bot created' },
      { run: 'create token bot --duration=10m', out: '{jwt}' },
      { run: 'create token bot --audience=a --audience=b', out: '{jwt}' },
      { run: 'create token nobody', err: 'error: failed to create token: serviceaccounts "nobody" not found', code: 1 },
      { run: 'create token bot --duration=1s', err: 'error: failed to create token: TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes', code: 1 },
      { run: 'create role rd --verb=get,list --resource=pods,deployments.apps', out: 'role.rbac.authorization.k8s.io/rd created' },
      { run: 'create rolebinding rdb --role=rd --serviceaccount={ns}:bot', out: 'rolebinding.rbac.authorization.k8s.io/rdb created' },
      { run: 'create clusterrole cr-{ns} --verb=get --resource=nodes', out: 'clusterrole.rbac.authorization.k8s.io/cr-{ns} created' },
      { run: 'create clusterrole url-{ns} --verb=get --non-resource-url=/metrics', out: 'clusterrole.rbac.authorization.k8s.io/url-{ns} created' },
      { run: 'create clusterrolebinding crb-{ns} --clusterrole=cr-{ns} --user=ann-{ns} --group=people-{ns}', out: 'clusterrolebinding.rbac.authorization.k8s.io/crb-{ns} created' },
      { run: 'create quota q --hard=configmaps=100,pods=50', out: 'resourcequota/q created' },
      { run: 'create poddisruptionbudget pd --selector=app=web --min-available=1', out: 'poddisruptionbudget.policy/pd created' },
      { run: 'create priorityclass high-{ns} --value=1000 --description=High', out: 'priorityclass.scheduling.k8s.io/high-{ns} created' },
      { run: 'create ingress ing --rule=foo.com/bar=svc1:8080,tls=cert', out: 'ingress.networking.k8s.io/ing created' },
      { run: 'create service clusterip sc --tcp=80:8080', out: 'service/sc created' },
      { run: 'create service nodeport sn --tcp=80:8080', out: 'service/sn created' },
      { run: 'create service loadbalancer sl --tcp=80:8080', out: 'service/sl created' },
      { run: 'create service externalname se --external-name=a.b', out: 'service/se created' },
      { run: 'create service clusterip hl --clusterip=None', out: 'service/hl created' },
      { run: 'get svc sc sn se hl --no-headers', out: `
sc    ClusterIP      {ip}   <none>   80/TCP         {age}
sn    NodePort       {ip}   <none>   80:{port}/TCP   {age}
se    ExternalName   <none>         a.b      <none>         {age}
hl    ClusterIP      None           <none>   <none>         {age}` },
      { run: 'create deployment web --image=nginx --replicas=2 --port=80', out: 'deployment.apps/web created' },
      { run: 'create job j --image=busybox -- true', out: 'job.batch/j created' },
      { run: 'create cronjob cj --image=busybox --schedule="*/5 * * * *"', out: 'cronjob.batch/cj created' },
      { run: 'create job from-cj --from=cronjob/cj', out: 'job.batch/from-cj created' },
      { run: 'create namespace more-{ns}', out: 'namespace/more-{ns} created' },
      { run: 'delete namespace more-{ns} --wait=false', out: 'namespace "more-{ns}" deleted', err: 'Warning: deleting cluster-scoped resources, not scoped to the provided namespace' },
    ] },
    { about: 'from files', files: { 'one.properties': 'a=1\nb=2\n', 'env.txt': '# said\nA=1\nB=two\n', 'folder/x': 'xx', 'folder/y': 'yy', 'tls.crt': CERT, 'tls.key': 'nonsense', 'list.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: l1}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: l2}\n', 'broken.yaml': 'apiVersion: v1\nkind: [\n' }, cases: [
      { run: 'create configmap f1 --from-file=@one.properties', out: 'configmap/f1 created' },
      { run: 'create configmap f2 --from-file=key=@one.properties', out: 'configmap/f2 created' },
      { run: 'create configmap f3 --from-env-file=@env.txt', out: 'configmap/f3 created' },
      { run: 'create configmap f4 --from-file=@folder', out: 'configmap/f4 created' },
      { run: `get cm f1 f2 f3 f4 -o 'jsonpath={range .items[*]}{.metadata.name}{.data}{"\\n"}{end}'`, out: `
f1{"one.properties":"a=1\\nb=2\\n"}
f2{"key":"a=1\\nb=2\\n"}
f3{"A":"1","B":"two"}
f4{"x":"xx","y":"yy"}` },
      { run: 'create secret tls t --cert=@tls.crt --key=@tls.key', err: 'error: tls: failed to find any PEM data in certificate input', code: 1 },
      { run: 'create configmap f5 --from-file=@nosuch', err: 'error: error reading @nosuch: no such file or directory', code: 1 },
      { run: 'create -f @list.yaml', out: `
configmap/l1 created
configmap/l2 created` },
      { run: 'create -f @list.yaml', err: `
Error from server (AlreadyExists): error when creating "@list.yaml": configmaps "l1" already exists
Error from server (AlreadyExists): error when creating "@list.yaml": configmaps "l2" already exists`, code: 1 },
      { run: 'create -f @broken.yaml', err: 'error: error parsing @broken.yaml: error converting YAML to JSON: yaml: line 2: did not find expected node content', code: 1 },
      { run: 'create -f @folder', err: 'error: error reading [@folder]: recognized file extensions are [.json .yaml .yml]', code: 1 },
    ] },
    { about: 'rehearsed', cases: [
      { run: 'create deployment x --image=y --dry-run=server', out: 'deployment.apps/x created (server dry run)' },
      { run: 'create deployment x --image=y --dry-run=client', out: 'deployment.apps/x created (dry run)' },
      { run: 'create deployment x --image=y:1 --port=80 --dry-run=client -o yaml', out: `
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: x
  name: x
  namespace: {ns}
spec:
  replicas: 1
  selector:
    matchLabels:
      app: x
  strategy: {}
  template:
    metadata:
      labels:
        app: x
    spec:
      containers:
      - image: y:1
        name: "y"
        ports:
        - containerPort: 80
        resources: {}
status: {}`, until: { 32: [[`kind: Deployment
metadata:`, `kind: Deployment
metadata:
  creationTimestamp: null`], ['    metadata:', `    metadata:
      creationTimestamp: null`]] } },
      { run: 'create job x --image=y --dry-run=client -o yaml -- echo hi', out: `
apiVersion: batch/v1
kind: Job
metadata:
  name: x
  namespace: {ns}
spec:
  template:
    metadata: {}
    spec:
      containers:
      - command:
        - echo
        - hi
        image: "y"
        name: x
        resources: {}
      restartPolicy: Never
status: {}`, until: { 32: [[`kind: Job
metadata:`, `kind: Job
metadata:
  creationTimestamp: null`], ['    metadata: {}', `    metadata:
      creationTimestamp: null`]] } },
      { run: 'create service nodeport x --tcp=80:8080 --node-port=30080 --dry-run=client -o yaml', out: `
apiVersion: v1
kind: Service
metadata:
  labels:
    app: x
  name: x
  namespace: {ns}
spec:
  ports:
  - name: 80-8080
    nodePort: 30080
    port: 80
    protocol: TCP
    targetPort: 8080
  selector:
    app: x
  type: NodePort
status:
  loadBalancer: {}`, until: { 32: [['metadata:', `metadata:
  creationTimestamp: null`]] } },
      { run: 'create role x --verb=get --resource=pods --resource-name=p --dry-run=client -o yaml', out: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: x
  namespace: {ns}
rules:
- apiGroups:
  - ""
  resourceNames:
  - p
  resources:
  - pods
  verbs:
  - get`, until: { 32: [['metadata:', `metadata:
  creationTimestamp: null`]] } },
      { run: 'create ingress x --class=c --rule=h/p*=s:80 --default-backend=d:80 --annotation=a=b --dry-run=client -o yaml', out: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  annotations:
    a: b
  name: x
  namespace: {ns}
spec:
  defaultBackend:
    service:
      name: d
      port:
        number: 80
  ingressClassName: c
  rules:
  - host: h
    http:
      paths:
      - backend:
          service:
            name: s
            port:
              number: 80
        path: /p
        pathType: Prefix
status:
  loadBalancer: {}`, until: { 32: [['    a: b', `    a: b
  creationTimestamp: null`]] } },
      { run: 'create quota x --hard=pods=1 --scopes=BestEffort --dry-run=client -o yaml', out: `
apiVersion: v1
kind: ResourceQuota
metadata:
  name: x
  namespace: {ns}
spec:
  hard:
    pods: "1"
  scopes:
  - BestEffort
status: {}`, until: { 32: [['metadata:', `metadata:
  creationTimestamp: null`]] } },
      { run: 'create secret generic x --from-literal=a=b --type=t --dry-run=client -o yaml', out: `
apiVersion: v1
data:
  a: Yg==
kind: Secret
metadata:
  name: x
  namespace: {ns}
type: t`, until: { 32: [['metadata:', `metadata:
  creationTimestamp: null`]] } },
      { run: 'create configmap x --from-literal=a=b --append-hash --dry-run=client -o name', out: 'configmap/x-{hash}' },
      { run: 'create configmap x --from-literal=a=b --save-config --dry-run=server -o jsonpath={.metadata.annotations}', out: `{"kubectl.kubernetes.io/last-applied-configuration":"{\\"kind\\":\\"ConfigMap\\",\\"apiVersion\\":\\"v1\\",\\"metadata\\":{\\"name\\":\\"x\\",\\"namespace\\":\\"{ns}\\"},\\"data\\":{\\"a\\":\\"b\\"}}\\n"}`, until: { 32: [[`{"kubectl.kubernetes.io/last-applied-configuration":"{\\"kind\\":\\"ConfigMap\\",\\"apiVersion\\":\\"v1\\",\\"metadata\\":{\\"name\\":\\"x\\",\\"namespace\\":\\"{ns}\\"},\\"data\\":{\\"a\\":\\"b\\"}}\\n"}`, `{"kubectl.kubernetes.io/last-applied-configuration":"{\\"kind\\":\\"ConfigMap\\",\\"apiVersion\\":\\"v1\\",\\"metadata\\":{\\"name\\":\\"x\\",\\"namespace\\":\\"{ns}\\",\\"creationTimestamp\\":null},\\"data\\":{\\"a\\":\\"b\\"}}\\n"}`]] } },
      { run: 'get deployments,jobs', err: 'No resources found in {ns} namespace.' },
    ] },
    { about: 'refused by kubectl or by the server', cases: [
      { run: 'create deployment x', err: 'error: required flag(s) "image" not set', code: 1 },
      { run: 'create deployment X --image=y', err: `error: failed to create deployment: Deployment.apps "X" is invalid: metadata.name: Invalid value: "X": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`, code: 1 },
      { run: 'create deployment x --image=', err: 'error: failed to create deployment: Deployment.apps "x" is invalid: spec.template.spec.containers: Required value', code: 1 },
      { run: 'create configmap x --from-literal=a', err: 'error: invalid literal source a, expected key=value', code: 1 },
      { run: 'create role x --verb=get', err: 'error: at least one resource must be specified', code: 1 },
      { run: 'create role x --verb=get --resource=nosuch', err: `the server doesn't have a resource type "nosuch"`, code: 1 },
      { run: 'create cronjob x --image=y --schedule=nonsense', err: 'error: failed to create cronjob: CronJob.batch "x" is invalid: spec.schedule: Invalid value: "nonsense": expected exactly 5 fields, found 1: [nonsense]', code: 1 },
      { run: 'create service nodeport x --tcp=80 --node-port=80', err: 'error: failed to create NodePort service: Service "x" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767', code: 1 },
      { run: 'create service clusterip x', err: 'error: at least one tcp port specifier must be provided', code: 1 },
      { run: 'create ingress x', err: 'error: not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)', code: 1 },
      { run: 'create pdb x --selector=a=b', err: 'error: one of min-available or max-unavailable must be specified', code: 1 },
      { run: 'create quota x --hard=pods=many', err: "error: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'", code: 1 },
      { run: 'create priorityclass pc-{ns} --value=2000000000', err: 'error: failed to create priorityclass: PriorityClass.scheduling.k8s.io "pc-{ns}" is invalid: value: Forbidden: maximum allowed value of a user defined priority is 1000000000', code: 1 },
      { run: 'create clusterrolebinding x-{ns}', err: 'error: required flag(s) "clusterrole" not set', code: 1 },
      { run: 'create namespace Bad', err: `The Namespace "Bad" is invalid: metadata.name: Invalid value: "Bad": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`, code: 1 },
      { run: 'create namespace {ns}', err: 'Error from server (AlreadyExists): namespaces "{ns}" already exists', code: 1 },
      { run: 'create configmap x -n nowhere-{ns}', err: 'error: failed to create configmap: namespaces "nowhere-{ns}" not found', code: 1 },
      { run: 'create job x --image=y --from=cronjob/z', err: 'error: either --image or --from must be specified', code: 1 },
      { run: 'create job x --from=cronjob/z', err: 'Error from server (NotFound): cronjobs.batch "z" not found', code: 1 },
      { run: 'create nosuch x', err: `
error: Unexpected args: [nosuch x]
See 'kubectl create -h' for help and examples`, code: 1, until: { 28: [['error: Unexpected args: [nosuch x]', `Error: must specify one of -f and -k

error: unknown command "nosuch x"`]] } },
      { run: 'create', since: 30, err: 'error: must specify one of -f and -k', code: 1 },
    ] },
    { about: 'an object that is wrong', telling: 'oldest', cases: [
      { run: 'create -f -', stdin: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'v' }, dat: {} }, err: 'Error from server (BadRequest): error when creating "STDIN": ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dat"', code: 1 },
      { run: 'create --validate=warn -f -', stdin: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'v1' }, dat: {} }, out: 'configmap/v1 created', err: 'Warning: unknown field "dat"' },
      { run: 'create --validate=ignore -f -', stdin: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'v2' }, dat: {} }, out: 'configmap/v2 created' },
      { run: 'create -f -', stdin: configMap('v', { a: 1 }), err: 'Error from server (BadRequest): error when creating "STDIN": ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data.a of type string', code: 1 },
      { run: 'create -f -', stdin: named('v1', 'Nope', 'v'), err: `
error: resource mapping not found for name: "v" namespace: "" from "STDIN": no matches for kind "Nope" in version "v1"
ensure CRDs are installed first`, code: 1 },
      { run: 'create -f -', stdin: named('v1', 'Pod', 'BAD', { spec: { containers: [] } }), err: `
The Pod "BAD" is invalid:
* metadata.name: Invalid value: "BAD": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
* spec.containers: Required value`, code: 1 },
      { run: 'create -f -', stdin: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 99999 }], restartPolicy: 'Sometimes' }] } }, err: `
The Pod "p" is invalid:
* spec.containers[0].ports[0].containerPort: Invalid value: 99999: must be between 1 and 65535, inclusive
* spec.containers[0].restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"`, code: 1 },
      { run: 'create -f -', stdin: named('apps/v1', 'Deployment', 'd', { spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'c' } }, spec: { containers: [{ name: 'c', image: 'i' }] } } } }), err: `The Deployment "d" is invalid: spec.template.metadata.labels: Invalid value: {"a":"c"}: \`selector\` does not match template \`labels\``, code: 1 },
      { run: 'create -f -', stdin: named('v1', 'Service', 's', { spec: { ports: [{ port: 0 }] } }), err: `
The Service "s" is invalid:
* spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive
* spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive`, code: 1 },
      { run: 'create -f -', stdin: configMap('v', {}, { namespace: 'other' }), err: `error: the namespace from the provided object "other" does not match the namespace "{ns}". You must pass '--namespace=other' to perform this operation.`, code: 1 },
      { run: 'create -f -', stdin: { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} }, err: 'The ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required', code: 1 },
      { run: 'create -f -', stdin: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'made-' } }, out: 'configmap/made-{suffix} created' },
      { run: 'create -f -', stdin: { kind: 'ConfigMap', metadata: { name: 'x' } }, err: 'error: error validating "STDIN": error validating data: apiVersion not set; if you choose to ignore these errors, turn validation off with --validate=false', code: 1 },
      { run: 'create -f -', stdin: '{}', err: 'error: error validating "STDIN": error validating data: [apiVersion not set, kind not set]; if you choose to ignore these errors, turn validation off with --validate=false', code: 1 },
      { run: 'create -f -', stdin: '', err: 'error: no objects passed to create', code: 1 },
      { run: 'create --raw /api/v1/namespaces/{ns}/configmaps -f -', stdin: configMap('raw'), out: '{any}"name":"raw","namespace":"{ns}"{any}' },
      { run: 'create --edit -f -', stdin: configMap('edited', { a: 'one' }), editor: 's/one/two/', out: 'configmap/edited created' },
    ] },
  ],
}
