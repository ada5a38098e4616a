/** apply, diff and kustomize. */
import { configMap, deployment, named, template } from '../objects.ts'
import type { Group } from '../table.ts'

const far = { schedulerName: 'nobody' }
const web = (value: string): object => deployment('ap', { template: template('ap', { ...far, containers: [{ name: 'c', image: 'i', env: [{ name: 'A', value }] }] }) }, { labels: { part: 'x' } })

export const apply: Group = {
  name: 'apply', cluster: 'hollow', stories: [
    { about: 'by the client', files: { 'd.yaml': web('1'), 'd2.yaml': web('2'), 'other.yaml': configMap('other', { a: '1' }) }, cases: [
      { run: 'diff -f @d.yaml', out: `
diff -u -N /tmp/LIVE-{number}/apps.v1.Deployment.{ns}.ap /tmp/MERGED-{number}/apps.v1.Deployment.{ns}.ap
--- /tmp/LIVE-{number}/apps.v1.Deployment.{ns}.ap	{any}
+++ /tmp/MERGED-{number}/apps.v1.Deployment.{ns}.ap	{any}
@@ -0,0 +1,43 @@
+apiVersion: apps/v1
+kind: Deployment
+metadata:
+  creationTimestamp: "{time}"
+  generation: 1
+  labels:
+    part: x
+  name: ap
+  namespace: {ns}
+  uid: {uid}
+spec:
+  progressDeadlineSeconds: 600
+  replicas: 1
+  revisionHistoryLimit: 10
+  selector:
+    matchLabels:
+      app: ap
+  strategy:
+    rollingUpdate:
+      maxSurge: 25%
+      maxUnavailable: 25%
+    type: RollingUpdate
+  template:
+    metadata:
+      labels:
+        app: ap
+    spec:
+      containers:
+      - env:
+        - name: A
+          value: "1"
+        image: i
+        imagePullPolicy: Always
+        name: c
+        resources: {}
+        terminationMessagePath: /dev/termination-log
+        terminationMessagePolicy: File
+      dnsPolicy: ClusterFirst
+      restartPolicy: Always
+      schedulerName: nobody
+      securityContext: {}
+      terminationGracePeriodSeconds: 1
+status: {}`, code: 1 },
      { run: 'apply -f @d.yaml --dry-run=client', out: 'deployment.apps/ap created (dry run)' },
      { run: 'apply -f @d.yaml --dry-run=server', out: 'deployment.apps/ap created (server dry run)' },
      { run: 'apply -f @d.yaml', out: 'deployment.apps/ap created' },
      { run: 'apply -f @d.yaml', out: 'deployment.apps/ap unchanged' },
      { run: 'diff -f @d.yaml', eventually: true },
      { run: 'diff -f @d2.yaml', out: `
diff -u -N /tmp/LIVE-{number}/apps.v1.Deployment.{ns}.ap /tmp/MERGED-{number}/apps.v1.Deployment.{ns}.ap
--- /tmp/LIVE-{number}/apps.v1.Deployment.{ns}.ap	{any}
+++ /tmp/MERGED-{number}/apps.v1.Deployment.{ns}.ap	{any}
@@ -6,7 +6,7 @@
     kubectl.kubernetes.io/last-applied-configuration: |
       {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"annotations":{},"labels":{"part":"x"},"name":"ap","namespace":"{ns}"},"spec":{"replicas":1,"selector":{"matchLabels":{"app":"ap"}},"template":{"metadata":{"labels":{"app":"ap"}},"spec":{"containers":[{"env":[{"name":"A","value":"1"}],"image":"i","name":"c"}],"schedulerName":"nobody","terminationGracePeriodSeconds":1}}}}
   creationTimestamp: "{time}"
-  generation: 1
+  generation: 2
   labels:
     part: x
   name: ap
@@ -33,7 +33,7 @@
       containers:
       - env:
         - name: A
-          value: "1"
+          value: "2"
         image: i
         imagePullPolicy: Always
         name: c`, code: 1, eventually: true },
      { run: 'apply -f @d2.yaml', out: 'deployment.apps/ap configured' },
      { run: 'apply view-last-applied deploy/ap -o json', out: `
{
  "apiVersion": "apps/v1",
  "kind": "Deployment",
  "metadata": {
    "annotations": {},
    "labels": {
      "part": "x"
    },
    "name": "ap",
    "namespace": "{ns}"
  },
  "spec": {
    "replicas": 1,
    "selector": {
      "matchLabels": {
        "app": "ap"
      }
    },
    "template": {
      "metadata": {
        "labels": {
          "app": "ap"
        }
      },
      "spec": {
        "containers": [
          {
            "env": [
              {
                "name": "A",
                "value": "2"
              }
            ],
            "image": "i",
            "name": "c"
          }
        ],
        "schedulerName": "nobody",
        "terminationGracePeriodSeconds": 1
      }
    }
  }
}` },
      { run: 'apply view-last-applied deploy/nosuch', err: 'Error from server (NotFound): deployments.apps "nosuch" not found', code: 1 },
      { run: 'apply set-last-applied -f @d.yaml', out: 'deployment.apps/ap configured' },
      { run: 'apply edit-last-applied deploy/ap', editor: 's/nothing/changes/', err: 'Edit cancelled, no changes made.' },
      { run: 'apply edit-last-applied deploy/ap', editor: 's/part:.x/part:\\ z/', out: 'deployment.apps/ap edited' },
      { run: 'apply set-last-applied -f @other.yaml', err: 'Error from server (NotFound): configmaps "other" not found', code: 1 },
      { run: 'create -f @other.yaml', out: 'configmap/other created' },
      { run: 'apply set-last-applied -f @other.yaml', err: 'error: no last-applied-configuration annotation found on resource: other, to create the annotation, run the command with --create-annotation', code: 1 },
      { run: 'apply set-last-applied --create-annotation -f @other.yaml', out: 'configmap/other configured' },
      { run: 'apply -f @d.yaml -f @other.yaml', out: `
deployment.apps/ap configured
configmap/other configured` },
      { run: 'apply -f @d2.yaml -o jsonpath={.spec.template.spec.containers[0].env[0].value}', out: '2' },
      { run: 'delete -f @d.yaml', out: 'deployment.apps "ap" deleted from {ns} namespace', until: { 32: [['deleted from {ns} namespace', 'deleted']] } },
    ] },
    { about: 'what was created without it', objects: [configMap('bare', { a: '1' })], files: { 'bare.yaml': configMap('bare', { a: '2' }) }, cases: [
      { run: 'apply view-last-applied cm/bare' },
      { run: 'apply -f @bare.yaml', out: 'configmap/bare configured', err: 'Warning: resource configmaps/bare is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.' },
      { run: 'get cm bare -o jsonpath={.data.a}', out: '2' },
      { run: 'apply -f @bare.yaml --force-conflicts', err: 'error: --force-conflicts only works with --server-side', code: 1 },
      { run: 'apply', err: 'error: must specify one of -f and -k', code: 1 },
      { run: 'apply -f @nosuch.yaml', err: 'error: the path "@nosuch.yaml" does not exist', code: 1 },
      { run: 'apply -f -', stdin: '', err: 'error: no objects passed to apply', code: 1 },
      { run: 'apply -f -', stdin: named('v1', 'Pod', 'p', { spec: {} }), err: 'The Pod "p" is invalid: spec.containers: Required value', code: 1 },
      { run: 'apply -f -', stdin: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'x-' } }, err: 'error: from x-: cannot use generate name with apply', code: 1 },
      { run: 'apply -f -', stdin: { apiVersion: 'v1', kind: 'List', items: [configMap('one'), configMap('two')] }, out: `
configmap/one created
configmap/two created` },
    ] },
    { about: 'by the server', telling: 'all', files: { 'd.yaml': web('1'), 'd2.yaml': web('2'), 'shared.yaml': configMap('shared', { a: '1', b: '1' }), 'theirs.yaml': configMap('shared', { a: '2' }) }, cases: [
      { run: 'apply --server-side -f @shared.yaml', out: 'configmap/shared serverside-applied' },
      { run: 'apply --server-side -f @shared.yaml --dry-run=server', out: 'configmap/shared serverside-applied (server dry run)' },
      { run: 'apply --server-side --field-manager=other -f @theirs.yaml', err: `
error: Apply failed with 1 conflict: conflict with "kubectl": .data.a
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`, code: 1 },
      { run: 'apply --server-side --field-manager=other --force-conflicts -f @theirs.yaml', out: 'configmap/shared serverside-applied' },
      { run: 'get cm shared -o jsonpath={.data}', out: '{"a":"2","b":"1"}' },
      { run: `get cm shared --show-managed-fields -o 'jsonpath={range .metadata.managedFields[*]}{.manager} {.operation} {.fieldsV1}{"\\n"}{end}'`, out: `
kubectl Apply {"f:data":{"f:b":{}}}
other Apply {"f:data":{"f:a":{}}}` },
      { run: 'diff --server-side -f @shared.yaml', err: `
W{any} diff.go:{number}] Object (/v1, Kind=ConfigMap: shared) keeps changing, diffing without lock
Error from server (Conflict): Apply failed with 1 conflict: conflict with "other": .data.a`, code: 2, until: { 28: [['diff.go:{number}]', 'diff.go:{number}]']], 34: [['diff.go:{number}]', 'diff.go:{number}]']] } },
      { run: 'diff --server-side --force-conflicts -f @shared.yaml', out: `
diff -u -N /tmp/LIVE-{number}/v1.ConfigMap.{ns}.shared /tmp/MERGED-{number}/v1.ConfigMap.{ns}.shared
--- /tmp/LIVE-{number}/v1.ConfigMap.{ns}.shared	{any}
+++ /tmp/MERGED-{number}/v1.ConfigMap.{ns}.shared	{any}
@@ -1,6 +1,6 @@
 apiVersion: v1
 data:
-  a: "2"
+  a: "1"
   b: "1"
 kind: ConfigMap
 metadata:`, code: 1 },
      { run: 'apply -f @d.yaml', out: 'deployment.apps/ap created' },
      { run: 'apply --server-side -f @d2.yaml', out: 'deployment.apps/ap serverside-applied' },
      { run: `get deploy ap --show-managed-fields -o 'jsonpath={.metadata.managedFields[?(@.manager=="kubectl")].operation}'`, out: 'Apply' },
      { run: `get deploy ap --show-managed-fields -o 'jsonpath={.metadata.managedFields[?(@.manager=="kubectl-last-applied")].operation}'`, out: 'Apply' },
      { run: 'apply --server-side --field-manager=other -f @d.yaml', err: `
error: Apply failed with 1 conflict: conflict with "kubectl": .spec.template.spec.containers[name="c"].env[name="A"].value
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`, code: 1 },
    ] },
    { about: 'what is no longer in the set', files: { 'set/d.yaml': web('1'), 'set/cm.yaml': configMap('pruned', {}, { labels: { part: 'x' } }), 'rest/d.yaml': web('1') }, cases: [
      { run: 'apply -f @set --prune -l part=x', out: `
configmap/pruned created
deployment.apps/ap created`, err: `
W{any} prune.go:{number}] Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.
Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice` },
      { run: 'apply -f @rest --prune -l part=x --dry-run=server', out: `
deployment.apps/ap unchanged (server dry run)
configmap/pruned pruned (server dry run)`, err: `
W{any} prune.go:{number}] Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.
Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice` },
      { run: 'apply -f @rest --prune -l part=x', out: `
deployment.apps/ap unchanged
configmap/pruned pruned`, err: `
W{any} prune.go:{number}] Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.
Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice` },
      { run: 'apply -f @rest --prune', err: 'error: all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector', code: 1 },
      { run: 'apply --prune --applyset=mine -f @set', env: { KUBECTL_APPLYSET: 'true' }, out: `
configmap/pruned created
deployment.apps/ap configured` },
      { run: 'apply --prune --applyset=mine -f @rest', env: { KUBECTL_APPLYSET: 'true' }, out: `
deployment.apps/ap unchanged
configmap/pruned pruned` },
      { run: 'get secret mine -o jsonpath={.metadata.annotations}', out: '{"applyset.kubernetes.io/additional-namespaces":"","applyset.kubernetes.io/contains-group-kinds":"Deployment.apps","applyset.kubernetes.io/tooling":"kubectl/v1.{word}"}', until: { 28: [['contains-group-kinds":"Deployment.apps', 'contains-group-resources":"deployments.apps']] } },
    ] },
    { about: 'kustomize', telling: 'oldest', files: { 'k/cm.yaml': configMap('base', { a: '1' }), 'k/kustomization.yaml': 'resources: [cm.yaml]\nnamePrefix: kz-\nlabels: [{pairs: {by: kustomize}}]\n', 'empty/x': '' }, cases: [
      { run: 'kustomize @k', out: `
apiVersion: v1
data:
  a: "1"
kind: ConfigMap
metadata:
  labels:
    by: kustomize
  name: kz-base` },
      { run: 'kustomize @empty', err: "error: unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '@empty'", code: 1 },
      { run: 'apply -k @k', out: 'configmap/kz-base created' },
      { run: 'diff -k @k' },
      { run: 'get -k @k --show-labels --no-headers', out: 'kz-base   1     {age}    by=kustomize' },
      { run: 'apply --server-side -k @k', out: 'configmap/kz-base serverside-applied' },
      { run: 'delete -k @k', out: 'configmap "kz-base" deleted from {ns} namespace', until: { 32: [['deleted from {ns} namespace', 'deleted']] } },
    ] },
  ],
}
