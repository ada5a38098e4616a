/** `kubectl get`: its forms of output, its ways to choose, and what it says when there is nothing. */
import { configMap, deployment, named, pod, service } from '../objects.ts'
import type { Group } from '../table.ts'

const data = [configMap('a', { n: '1' }, { labels: { tier: 'x', app: 'one' }, annotations: { note: 'first' } }), configMap('b', { n: '2', m: '3' }, { labels: { tier: 'y', app: 'two' } })]
const both = 'tier in (x,y)'

export const get: Group = {
  name: 'get', cluster: 'hollow', stories: [
    { about: 'forms of output', objects: data, cases: [
      { run: 'get cm a', out: `
NAME   DATA   AGE
a      1      {age}` },
      { run: 'get configmap/a configmaps/b', out: `
NAME   DATA   AGE
a      1      {age}
b      2      {age}` },
      { run: `get cm -l '${both}' --no-headers`, out: `
a     1     {age}
b     2     {age}` },
      { run: `get cm -l '${both}' --show-labels`, out: `
NAME   DATA   AGE   LABELS
a      1      {age}   app=one,tier=x
b      2      {age}   app=two,tier=y` },
      { run: `get cm -l '${both}' -L tier,app`, out: `
NAME   DATA   AGE   TIER   APP
a      1      {age}   x      one
b      2      {age}   y      two` },
      { run: `get cm -l '${both}' --show-kind`, out: `
NAME          DATA   AGE
configmap/a   1      {age}
configmap/b   2      {age}` },
      { run: `get cm -l '${both}' -o name`, out: `
configmap/a
configmap/b` },
      { run: 'get cm a -o yaml', out: `
apiVersion: v1
data:
  "n": "1"
kind: ConfigMap
metadata:
  annotations:
    note: first
  creationTimestamp: "{time}"
  labels:
    app: one
    tier: x
  name: a
  namespace: {ns}
  resourceVersion: "{number}"
  uid: {uid}` },
      { run: 'get cm a -o json', out: `
{
    "apiVersion": "v1",
    "data": {
        "n": "1"
    },
    "kind": "ConfigMap",
    "metadata": {
        "annotations": {
            "note": "first"
        },
        "creationTimestamp": "{time}",
        "labels": {
            "app": "one",
            "tier": "x"
        },
        "name": "a",
        "namespace": "{ns}",
        "resourceVersion": "{number}",
        "uid": "{uid}"
    }
}` },
      { run: `get cm -l '${both}' -o jsonpath={.items[*].data.n}`, out: '1 2' },
      { run: `get cm -l '${both}' -o 'jsonpath={range .items[*]}{.metadata.name}={.data.n}{"\\n"}{end}'`, out: `
a=1
b=2` },
      { run: `get cm a -o 'jsonpath={.metadata.annotations.note} {.data["n"]}'`, err: 'error: error parsing jsonpath {.metadata.annotations.note} {.data["n"]}, invalid array index "n"', code: 1 },
      { run: 'get cm a -o jsonpath={.data.nothing}' },
      { run: `get cm -l '${both}' -o 'go-template={{range .items}}{{.metadata.name}}:{{len .data}} {{end}}'`, out: 'a:1 b:2' },
      { run: `get cm a -o template --template={{.data.n}}`, out: '1' },
      { run: `get cm -l '${both}' -o custom-columns=NAME:.metadata.name,N:.data.n,M:.data.m`, out: `
NAME   N     M
a      1     <none>
b      2     3` },
      { run: `get cm -l '${both}' -o custom-columns=N:.metadata.name --no-headers`, out: `
a
b` },
    ] },
    { about: 'templates in files, and the kinder YAML', objects: data, files: { 'columns.txt': 'NAME TIER\n.metadata.name .metadata.labels.tier\n', 'go.tmpl': '{{.metadata.name}} {{.data.n}}', 'path.txt': '{.data.n}' }, cases: [
      { run: `get cm -l '${both}' -o custom-columns-file=@columns.txt`, out: `
NAME   TIER
a      x
b      y` },
      { run: 'get cm a -o go-template-file=@go.tmpl', out: 'a 1' },
      { run: 'get cm a -o jsonpath-file=@path.txt', out: '1' },
      { run: 'get cm a -o kyaml', since: 34, env: { KUBECTL_KYAML: 'true' }, out: `
---
{
  apiVersion: "v1",
  data: {
    "n": "1",
  },
  kind: "ConfigMap",
  metadata: {
    annotations: {
      note: "first",
    },
    creationTimestamp: "{time}",
    labels: {
      app: "one",
      tier: "x",
    },
    name: "a",
    namespace: "{ns}",
    resourceVersion: "{number}",
    uid: "{uid}",
  },
}` },
      { run: 'get cm a -o nosuch', err: 'error: unable to match a printer suitable for the output format "nosuch", allowed formats are: custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml', code: 1, until: { 34: [['kyaml,', '']] } },
      { run: 'get cm a -o jsonpath={.data', err: 'error: error parsing jsonpath {.data, unclosed action', code: 1 },
      { run: 'get cm a -o go-template={{.data.n', err: 'error: error parsing template {{.data.n, template: output:1: unclosed action', code: 1 },
      { run: 'get cm a -o custom-columns=nonsense', err: 'error: unexpected custom-columns spec: nonsense, expected <header>:<json-path-expr>', code: 1 },
      { run: 'get cm a --show-managed-fields -o jsonpath={.metadata.managedFields[*].operation}', out: 'Update' },
    ] },
    { about: 'ways to choose', objects: data, cases: [
      { run: 'get cm -l tier=x -o name', out: 'configmap/a' },
      { run: 'get cm -l tier!=x,tier -o name', out: 'configmap/b' },
      { run: `get cm -l 'tier notin (x),app' -o name`, out: 'configmap/b' },
      { run: 'get cm -l !tier -o name', out: 'configmap/kube-root-ca.crt' },
      { run: 'get cm --field-selector=metadata.name=b -o name', out: 'configmap/b' },
      { run: 'get cm --field-selector=metadata.name!=b,metadata.name!=kube-root-ca.crt -o name', out: 'configmap/a' },
      { run: `get cm -l '${both}' --sort-by=.data.n -o name`, out: `
configmap/a
configmap/b` },
      { run: `get cm -l '${both}' --sort-by={.metadata.labels.app} --no-headers`, out: `
a     1     {age}
b     2     {age}` },
      { run: `get cm -l '${both}' --chunk-size=1 -o name`, out: `
configmap/a
configmap/b` },
      { run: 'get cm -A -l tier=x --field-selector=metadata.namespace={ns}', out: `
NAMESPACE   NAME   DATA   AGE
{ns}       a      1      {age}` },
      { run: `get cm -l 'a b'`, err: `Error from server (BadRequest): Unable to find "/v1, Resource=configmaps" that match label selector "a b", field selector "": unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt`, code: 1 },
      { run: 'get cm --field-selector=status.nonsense=x', err: 'Error from server (BadRequest): Unable to find "/v1, Resource=configmaps" that match label selector "", field selector "status.nonsense=x": "status.nonsense" is not a known field selector: only "metadata.name", "metadata.namespace"', code: 1 },
      { run: 'get cm a -l tier=x', err: 'error: name cannot be provided when a selector is specified', code: 1 },
      { run: `get cm -l '${both}' --sort-by=.nothing -o name`, err: `error: couldn't find any field with path "{.nothing}" in the list of objects`, code: 1 },
    ] },
    { about: 'what is not there', telling: 'oldest', cases: [
      { run: 'get cm nosuch', err: 'Error from server (NotFound): configmaps "nosuch" not found', code: 1 },
      { run: 'get cm nosuch --ignore-not-found' },
      { run: 'get pods', err: 'No resources found in {ns} namespace.' },
      { run: 'get pods -o name' },
      { run: 'get pods -o json', out: `
{
    "apiVersion": "v1",
    "items": [],
    "kind": "List",
    "metadata": {
        "resourceVersion": ""
    }
}` },
      { run: 'get pods -o wide --no-headers', err: 'No resources found in {ns} namespace.' },
      { run: 'get deploy/a pod/b', err: `
Error from server (NotFound): deployments.apps "a" not found
Error from server (NotFound): pods "b" not found`, code: 1 },
      { run: 'get nosuch', err: `error: the server doesn't have a resource type "nosuch"`, code: 1 },
      { run: 'get nosuch.example.com', err: `error: the server doesn't have a resource type "nosuch"`, code: 1 },
      { run: 'get pods.v9.example.com', err: `error: the server doesn't have a resource type "pods"`, code: 1 },
      { run: 'get', err: `
You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.

error: Required resource not specified.
Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).
See 'kubectl get -h' for help and examples`, code: 1 },
      { run: 'get pods/a/b', err: 'error: arguments in resource/name form may not have more than one slash', code: 1 },
      { run: 'get pods a/b', err: "error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'", code: 1 },
      { run: 'get all', err: 'No resources found in {ns} namespace.' },
      { run: 'get namespace nowhere-{ns}', err: 'Error from server (NotFound): namespaces "nowhere-{ns}" not found', code: 1 },
      { run: 'get pods --nonsense', err: `
error: unknown flag: --nonsense
See 'kubectl get --help' for usage.`, code: 1 },
    ] },
    { about: 'several kinds', objects: [configMap('a', { n: '1' }), service('web'), named('v1', 'Secret', 's', { stringData: { a: 'b' } })], files: { 'both.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n' }, cases: [
      { run: 'get secret,svc', out: `
NAME       TYPE     DATA   AGE
secret/s   Opaque   1      {age}

NAME          TYPE        CLUSTER-IP      EXTERNAL-IP   PORT(S)   AGE
service/web   ClusterIP   {ip}   <none>        80/TCP    {age}` },
      { run: 'get svc/web cm/a secret/s -o name', out: `
service/web
configmap/a
secret/s` },
      { run: 'get -f @both.yaml', out: `
NAME          DATA   AGE
configmap/a   1      {age}

NAME          TYPE        CLUSTER-IP      EXTERNAL-IP   PORT(S)   AGE
service/web   ClusterIP   {ip}   <none>        80/TCP    {age}` },
      { run: 'get -f @nosuch.yaml', err: 'error: the path "@nosuch.yaml" does not exist', code: 1 },
      { run: 'get -f - -o name', stdin: configMap('a'), out: 'configmap/a' },
      { run: 'get svc/web cm/nosuch -o name', out: 'service/web', err: 'Error from server (NotFound): configmaps "nosuch" not found', code: 1 },
    ] },
    { about: 'a subresource, and a path', objects: [deployment('web', { replicas: 2 }), configMap('a', { n: '1' })], cases: [
      { run: 'get deployment web --subresource=scale', out: `
NAME   DESIRED   AVAILABLE   AGE
web    2         2           {age}`, eventually: true },
      { run: 'get deployment web --subresource=scale -o jsonpath={.spec.replicas}', out: '2' },
      { run: 'get deployment web --subresource=status -o name', out: 'deployment.apps/web' },
      { run: 'get deployment web --subresource=nosuch', err: 'Error from server (NotFound): the server could not find the requested resource', code: 1, until: { 28: { err: 'error: invalid subresource value: "nosuch". Must be one of [status scale]', code: 1 } } },
      { run: 'get cm a --subresource=status', err: 'Error from server (NotFound): the server could not find the requested resource', code: 1 },
      { run: 'get --raw /api/v1/namespaces/{ns}/configmaps/nosuch', err: 'Error from server (NotFound): configmaps "nosuch" not found', code: 1 },
      { run: 'get --raw /nope', err: 'Error from server (NotFound): the server could not find the requested resource', code: 1 },
      { run: 'get --raw /healthz', out: 'ok' },
      { run: 'get --raw /statusz', out: '\nkube-apiserver statusz\nWarning: {any}\n\nStarted: {any}\nUp: {any}\n{lines}\nPaths: {any} /statusz /version' },
      { run: 'get --raw /livez?verbose', out: '[+]ping ok{lines}\nlivez check passed' },
      { run: 'get --raw /readyz', out: 'ok' },
      { run: 'get --raw /readyz/poststarthook/rbac/bootstrap-roles', out: 'ok' },
      { run: 'get --raw /livez/etcd?verbose', out: 'ok' },
      { run: 'get --raw /livez/nosuch', err: 'Error from server (NotFound): the server could not find the requested resource', code: 1 },
      { run: 'get --raw /readyz?verbose&exclude=etcd&exclude=nosuch', out: '[+]ping ok\n[+]log ok\n[+]etcd excluded: ok\n[+]etcd-readiness ok\n[+]informer-sync ok\n{lines}[+]shutdown ok\nwarn: some health checks cannot be excluded: no matches for "nosuch"\nreadyz check passed' },
      { run: 'get --raw /version', out: `{\n  "major": "1",\n  "minor": "{number}",\n  "gitVersion": "v1.{lines}",\n  "platform": "{any}"\n}` },
      { run: 'get --raw /apis/apps', out: '{"kind":"APIGroup","apiVersion":"v1","name":"apps","versions":[{"groupVersion":"apps/v1","version":"v1"}],"preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}' },
      { run: 'get --raw /api/v1/namespaces/{ns}/configmaps?limit=nonsense', err: 'Error from server (BadRequest): strconv.ParseInt: parsing "nonsense": invalid syntax', code: 1 },
    ] },
    { about: 'watching', objects: [pod('p', { schedulerName: 'nobody' })], cases: [
      { run: 'get pod p -w --output-watch-events', ends: true, out: `
EVENT      NAME   READY   STATUS    RESTARTS   AGE
ADDED      p      0/1     Pending   0          {age}` },
      { run: 'get pods -w', ends: true, out: `
NAME   READY   STATUS    RESTARTS   AGE
p      0/1     Pending   0          {age}` },
      { run: 'get pods --watch-only --request-timeout=5s', eventually: true },
    ] },
    { about: 'another one asks', objects: [configMap('a')], cases: [
      { run: 'get cm a --as=joe', err: 'Error from server (Forbidden): configmaps "a" is forbidden: User "joe" cannot get resource "configmaps" in API group "" in the namespace "{ns}"', code: 1 },
      { run: 'get cm --as=joe --as-group=people', err: 'Error from server (Forbidden): configmaps is forbidden: User "joe" cannot list resource "configmaps" in API group "" in the namespace "{ns}"', code: 1 },
      { run: 'get nodes --as=system:serviceaccount:{ns}:default', err: 'Error from server (Forbidden): nodes is forbidden: User "system:serviceaccount:{ns}:default" cannot list resource "nodes" in API group "" at the cluster scope', code: 1 },
      { run: 'get cm a --as=joe --as-group=system:masters -o name', out: 'configmap/a' },
    ] },
  ],
}
