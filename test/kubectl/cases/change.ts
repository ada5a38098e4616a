/** edit, patch, label, annotate, set and replace: what changes an object. */
import { configMap, container, deployment, named, pod, service, template } from '../objects.ts'
import type { Group } from '../table.ts'

const RBAC = 'rbac.authorization.k8s.io/v1'
const far = { schedulerName: 'nobody' }

export const change: Group = {
  name: 'change', cluster: 'hollow', stories: [
    { about: 'label', objects: [configMap('a'), configMap('b')], files: { 'a.yaml': configMap('a') }, cases: [
      { run: 'label cm a x=y', out: 'configmap/a labeled' },
      { run: 'label cm a x=y', out: 'configmap/a not labeled' },
      { run: 'label cm a x=z', err: "error: 'x' already has a value (y), and --overwrite is false", code: 1 },
      { run: 'label cm a x=z --overwrite', out: 'configmap/a labeled' },
      { run: 'label cm a b x=z', out: `
configmap/a not labeled
configmap/b labeled` },
      { run: 'label cm --all more=', out: `
configmap/a labeled
configmap/b labeled
configmap/kube-root-ca.crt labeled` },
      { run: 'label cm -l x=z found=yes', out: `
configmap/a labeled
configmap/b labeled` },
      { run: 'label cm a --list', out: '{lines}x=z{lines}' },
      { run: 'label cm a x-', out: 'configmap/a unlabeled' },
      { run: 'label cm a x-', out: `
label "x" not found.
configmap/a not labeled` },
      { run: 'label -f @a.yaml f=1', out: 'configmap/a labeled' },
      { run: 'label cm a f=2 --overwrite --dry-run=server', out: 'configmap/a labeled (server dry run)' },
      { run: 'label cm a f=2 --overwrite --dry-run=client', out: 'configmap/a labeled (dry run)' },
      { run: 'label cm a bad/key/x=1', err: `The ConfigMap "a" is invalid: metadata.labels: Invalid value: "bad/key/x": a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`, code: 1 },
      { run: 'label cm a k=b@d', err: `error: invalid label value: "k=b@d": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`, code: 1 },
      { run: 'label cm nosuch k=v', err: 'Error from server (NotFound): configmaps "nosuch" not found', code: 1 },
      { run: 'label cm a', err: 'error: at least one label update is required', code: 1 },
      { run: 'label cm a f=3 --resource-version=1 --overwrite', err: 'Error from server (Conflict): Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again', code: 1 },
      { run: 'label cm a f=4 --overwrite -o jsonpath={.metadata.labels.f}', out: '4' },
    ] },
    { about: 'annotate', objects: [configMap('a'), configMap('b')], cases: [
      { run: 'annotate cm a k=v', out: 'configmap/a annotated' },
      { run: 'annotate cm a k=w', err: "error: --overwrite is false but found the following declared annotation(s): 'k' already has a value (v)", code: 1 },
      { run: 'annotate cm a k=w --overwrite', out: 'configmap/a annotated' },
      { run: 'annotate cm a b note="some words"', out: `
configmap/a annotated
configmap/b annotated` },
      { run: 'annotate cm a --list', out: '{lines}note=some words{lines}' },
      { run: 'annotate cm a k-', out: 'configmap/a annotated' },
      { run: 'annotate cm a k-', out: 'configmap/a annotated' },
      { run: 'annotate cm a bad@key=1', err: `The ConfigMap "a" is invalid: metadata.annotations: Invalid value: "bad@key": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`, code: 1 },
      { run: 'annotate cm a n=1 --dry-run=server', out: 'configmap/a annotated (server dry run)' },
      { run: 'get cm a -o jsonpath={.metadata.annotations}', out: '{"note":"some words"}' },
    ] },
    { about: 'resize', objects: [pod('whole', { ...far, resources: { limits: { cpu: '1' } } }), pod('p', far)], cases: [
      { run: `patch pod whole --subresource=resize -p '{"spec":{"resources":{"limits":{"cpu":"2"}}}}'`, err: 'The Pod "whole" is invalid: []: Forbidden: pods with pod-level resources cannot be resized', code: 1, since: 32 },
      { run: `patch pod p --subresource=resize -p '{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"1"}}}]}}'`, err: 'The Pod "p" is invalid: spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing', code: 1, since: 32 },
    ] },
    { about: 'patch', telling: 'oldest', objects: [deployment('d', { replicas: 1, template: template('d', far) }), configMap('c', { a: '1' }), pod('p', far)], files: { 'patch.yaml': 'data:\n  a: from a file\n' }, cases: [
      { run: `patch cm c -p '{"data":{"b":"2"}}'`, out: 'configmap/c patched' },
      { run: `patch cm c -p '{"data":{"b":"2"}}'`, out: 'configmap/c patched (no change)' },
      { run: `patch cm c --type=merge -p '{"data":{"b":null}}'`, out: 'configmap/c patched' },
      { run: `patch cm c --type=json -p '[{"op":"add","path":"/data/c","value":"3"}]'`, out: 'configmap/c patched' },
      { run: `patch cm c --type=json -p '[{"op":"test","path":"/data/a","value":"2"}]'`, err: 'The request is invalid: the server rejected our request due to an error in our request', code: 1 },
      { run: `patch cm c --type=json -p '[{"op":"remove","path":"/data/nosuch"}]'`, err: 'The request is invalid: the server rejected our request due to an error in our request', code: 1 },
      { run: `patch cm c --type=json -p '[{"op":"replace","path":"/data/a","value":3}]'`, err: 'Error from server (BadRequest): ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data.a of type string', code: 1 },
      { run: `patch cm c --type=json -p '{"a":1}'`, err: 'Error from server (BadRequest): error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp', code: 1 },
      { run: 'patch cm c --patch-file=@patch.yaml', out: 'configmap/c patched' },
      { run: 'get cm c -o jsonpath={.data}', out: '{"a":"from a file","c":"3"}' },
      { run: `patch cm c -p '{"data":{"a":"x"}}' --dry-run=server -o jsonpath={.data.a}`, out: 'x' },
      { run: `patch deployment d -p '{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"i:2"},{"name":"d","image":"i"}]}}}}'`, out: 'deployment.apps/d patched' },
      { run: `get deployment d -o 'jsonpath={.spec.template.spec.containers[*].image}'`, out: 'i:2 i' },
      { run: `patch deployment d --subresource=scale -p '{"spec":{"replicas":3}}'`, out: 'scale.autoscaling/d patched' },
      { run: `patch deployment d -p '{"spec":{"selector":{"matchLabels":{"x":"y"}}}}'`, err: `
The Deployment "d" is invalid:
* spec.template.metadata.labels: Invalid value: {"app":"d"}: \`selector\` does not match template \`labels\`
* spec.selector: Invalid value: {"matchLabels":{"app":"d","x":"y"}}: field is immutable`, code: 1 },
      { run: `patch deployment d -p '{"spec":{"replicas":-1}}'`, err: 'The Deployment "d" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0', code: 1 },
      { run: `patch deployment d -p '{"spec":{"nosuch":1}}'`, out: 'deployment.apps/d patched (no change)', err: 'Warning: unknown field "spec.nosuch"' },
      { run: `patch pod p -p '{"spec":{"nodeName":"x"}}'`, err: 'The Pod "p" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative){lines}', code: 1 },
      { run: 'patch cm c -p {', err: 'Error from server (BadRequest): unexpected end of JSON input', code: 1 },
      { run: 'patch cm c', err: 'error: must specify --patch or --patch-file containing the contents of the patch', code: 1 },
      { run: 'patch cm nosuch -p {}', err: 'Error from server (NotFound): configmaps "nosuch" not found', code: 1 },
      { run: `patch cm c --type=nosuch -p {}`, err: 'error: --type must be one of [json merge strategic], not "nosuch"', code: 1 },
    ] },
    { about: 'edit', objects: [configMap('a', { color: 'red' }), deployment('d', { template: template('d', far) })], cases: [
      { run: 'edit cm a', editor: 's/red/blue/', out: 'configmap/a edited' },
      { run: 'get cm a -o jsonpath={.data.color}', out: 'blue' },
      { run: 'edit cm a', editor: 's/nothing/changes/', err: 'Edit cancelled, no changes made.' },
      { run: 'edit cm a -o json', editor: 's/blue/green/', out: `
{
    "apiVersion": "v1",
    "data": {
        "color": "green"
    },
    "kind": "ConfigMap",
    "metadata": {
        "creationTimestamp": "{time}",
        "name": "a",
        "namespace": "{ns}",
        "resourceVersion": "{number}",
        "uid": "{uid}"
    }
}` },
      { run: 'edit cm a --output-patch', editor: 's/green/grey/', out: `
Patch: {"data":{"color":"grey"}}
configmap/a edited` },
      { run: 'edit deployment d --subresource=status', editor: 's/nothing/changes/', err: 'Edit cancelled, no changes made.' },
      { run: 'edit cm nosuch', err: 'Error from server (NotFound): configmaps "nosuch" not found', code: 1 },
    ] },
    { about: 'set', objects: [
      deployment('web', { template: template('web', far) }), service('web'), configMap('conf', { A: '1', B: '2' }), named('v1', 'ServiceAccount', 'bot'),
      named(RBAC, 'Role', 'r', { rules: [] }), named(RBAC, 'RoleBinding', 'b', { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' } })], cases: [
      { run: 'set image deployment/web c=nginx:2', out: 'deployment.apps/web image updated' },
      { run: 'set image deployment/web c=nginx:2' },
      { run: 'set image deployment/web nosuch=nginx:2', err: 'error: unable to find container named "nosuch"', code: 1 },
      { run: 'set image deployment/web *=nginx:3 --dry-run=server', out: 'deployment.apps/web image updated (server dry run)' },
      { run: 'set env deployment/web A=1 C=3', out: 'deployment.apps/web env updated' },
      { run: 'set env deployment/web --list', out: `
# Deployment web, container c
A=1
C=3` },
      { run: 'set env deployment/web C-', out: 'deployment.apps/web env updated' },
      { run: 'set env deployment/web --from=configmap/conf --prefix=CONF_', out: 'deployment.apps/web env updated' },
      { run: 'set env deployment/web --list --resolve', out: '# Deployment web, container c\nA=1\nCONF_{lines}' },
      { run: 'set resources deployment/web --limits=cpu=200m,memory=512Mi --requests=cpu=100m', out: 'deployment.apps/web resource requirements updated' },
      { run: 'set resources deployment/web --limits=cpu=nonsense', err: "error: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'", code: 1 },
      { run: 'set serviceaccount deployment/web bot', out: 'deployment.apps/web serviceaccount updated' },
      { run: 'set selector service web app=other', out: 'service/web selector updated' },
      { run: 'set subject rolebinding b --user=ann --serviceaccount={ns}:bot', out: 'rolebinding.rbac.authorization.k8s.io/b subjects updated' },
      { run: 'set subject rolebinding b --user=ann' },
      { run: 'get rolebinding b -o wide --no-headers', out: 'b     Role/r   {age}   ann         {ns}/bot' },
      { run: `get deployment web -o 'jsonpath={.spec.template.spec.containers[0].image} {.spec.template.spec.containers[0].resources} {.spec.template.spec.serviceAccountName}'`, out: 'nginx:2 {"limits":{"cpu":"200m","memory":"512Mi"},"requests":{"cpu":"100m"}} bot' },
    ] },
    { about: 'replace', objects: [configMap('a', { n: '1' }), deployment('d', { template: template('d', { ...far, containers: [container('c')] }) })], cases: [
      { run: 'replace -f -', stdin: configMap('a', { n: '2' }), out: 'configmap/a replaced' },
      { run: 'get cm a -o jsonpath={.data.n}', out: '2' },
      { run: 'replace --dry-run=server -f -', stdin: configMap('a', { n: '3' }), out: 'configmap/a replaced (server dry run)' },
      { run: 'replace --force -f -', stdin: configMap('a', { n: '4' }), out: `
configmap "a" deleted from {ns} namespace
configmap/a replaced`, until: { 32: [['deleted from {ns} namespace', 'deleted']] } },
      { run: 'replace -f -', stdin: configMap('nosuch', {}), err: 'Error from server (NotFound): error when replacing "STDIN": configmaps "nosuch" not found', code: 1 },
      { run: 'replace -f -', stdin: configMap('a', { n: '5' }, { resourceVersion: '1' }), err: 'Error from server (Conflict): error when replacing "STDIN": Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again', code: 1 },
      { run: 'replace --raw /api/v1/namespaces/{ns}/configmaps/other -f -', stdin: configMap('a'), err: 'Error from server (BadRequest): the name of the object (a) does not match the name on the URL (other)', code: 1 },
      { run: 'replace --subresource=status -f -', stdin: deployment('d', { template: template('d', far) }), out: 'deployment.apps/d replaced' },
      { run: 'replace -f -', stdin: named('v1', 'Namespace', 'nowhere-{ns}'), err: 'Error from server (NotFound): error when replacing "STDIN": namespaces "nowhere-{ns}" not found', code: 1 },
    ] },
  ],
}
