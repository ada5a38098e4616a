/** Custom resources, which are like any other; and the file that says where a cluster is. */
import { named } from '../objects.ts'
import type { Group } from '../table.ts'

export const extension: Group = {
  name: 'custom resources and config', cluster: 'hollow', stories: [
    { about: 'custom resources', telling: 'all', files: { 'crd.yaml': `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.{ns}.ex.com}
spec:
  group: {ns}.ex.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd{ns}]}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, description: A widget., properties: {spec: {type: object, required: [size], properties: {size: {type: integer, description: How big.}, note: {type: string}}}, status: {type: object, properties: {size: {type: integer}}}}}}
    subresources: {status: {}, scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size}}
    additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}, {name: Note, type: string, jsonPath: .spec.note, priority: 1}]
` }, cases: [
      { run: 'apply -f @crd.yaml', out: 'customresourcedefinition.apiextensions.k8s.io/widgets.{ns}.ex.com created' },
      { run: 'wait --for=condition=Established crd/widgets.{ns}.ex.com --timeout=60s', out: 'customresourcedefinition.apiextensions.k8s.io/widgets.{ns}.ex.com condition met' },
      { run: 'get crd widgets.{ns}.ex.com', out: `
NAME                     CREATED AT
widgets.{ns}.ex.com   {time}` },
      { run: 'explain widgets.spec --api-version={ns}.ex.com/v1', out: `
GROUP:      {ns}.ex.com
KIND:       Widget
VERSION:    v1

FIELD: spec <Object>


DESCRIPTION:
    <empty>
FIELDS:
  note	<string>
    <no description>

  size	<integer> -required-
    How big.

`, until: { 28: [[`FIELD: spec <Object>
`, 'FIELD: spec <Object>']] }, eventually: true },
      { run: 'get widgets.{ns}.ex.com', err: 'No resources found in {ns} namespace.' },
      { run: 'apply -f -', stdin: named('{ns}.ex.com/v1', 'Widget', 'w', { spec: { size: 3, nope: 1 } }), err: 'Error from server (BadRequest): error when creating "STDIN": Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.nope"', code: 1 },
      { run: 'apply -f -', stdin: named('{ns}.ex.com/v1', 'Widget', 'w', { spec: { size: 'x' } }), err: 'The Widget "w" is invalid:\n* spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"\n* .spec.size: Invalid value: 0: .spec.size accessor error: x is of the type string, expected int64', code: 1 },
      { run: 'apply -f -', stdin: named('{ns}.ex.com/v1', 'Widget', 'w', { spec: {} }), err: 'The Widget "w" is invalid: spec.size: Required value', code: 1 },
      { run: 'apply -f -', stdin: named('{ns}.ex.com/v1', 'Widget', 'w', { spec: { size: 3, note: 'n' } }), out: 'widget.{ns}.ex.com/w created' },
      { run: 'get wd{ns}', out: `
NAME   SIZE
w      3` },
      { run: 'get wd{ns} -o wide', out: `
NAME   SIZE   NOTE
w      3      n` },
      { run: 'describe wd{ns} w', out: `
Name:         w
Namespace:    {ns}
Labels:       <none>
Annotations:  <none>
API Version:  {ns}.ex.com/v1
Kind:         Widget
Metadata:
  Creation Timestamp:  {time}
  Generation:          1
  Resource Version:    {number}
  UID:                 {uid}
Spec:
  Note:  n
  Size:  3
Events:  <none>` },
      { run: 'scale widgets.{ns}.ex.com/w --replicas=5', out: 'widget.{ns}.ex.com/w scaled' },
      { run: `patch wd{ns} w --type=merge -p '{"spec":{"size":2147483648}}'`, err: 'The Widget "w" is invalid: .spec.size: Invalid value: 2147483648: should be less than or equal to 2147483647', code: 1 },
      { run: 'get wd{ns} w -o jsonpath={.spec.size}', out: '5' },
      { run: `patch wd{ns} w -p '{"spec":{"size":7}}'`, err: 'error: application/strategic-merge-patch+json is not supported by {ns}.ex.com/v1, Kind=Widget: the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml', code: 1 },
      { run: `patch wd{ns} w --subresource=status --type=merge -p '{"status":{"size":1}}'`, out: 'widget.{ns}.ex.com/w patched' },
      { run: 'delete wd{ns} --all', out: 'widget.{ns}.ex.com "w" deleted from {ns} namespace', until: { 32: [['deleted from {ns} namespace', 'deleted']] } },
      { run: 'delete crd widgets.{ns}.ex.com', out: 'customresourcedefinition.apiextensions.k8s.io "widgets.{ns}.ex.com" deleted', err: 'Warning: deleting cluster-scoped resources, not scoped to the provided namespace' },
    ] },
    { about: 'a kubeconfig', files: { 'config': 'apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]\nusers: [{name: u, user: {token: t}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\n' }, cases: [
      { run: 'config current-context --kubeconfig=@config', out: 'x' },
      { run: 'config get-contexts --kubeconfig=@config', out: `
CURRENT   NAME   CLUSTER   AUTHINFO   NAMESPACE
*         x      c         u` },
      { run: 'config get-clusters --kubeconfig=@config', out: `
NAME
c` },
      { run: 'config set-context x --namespace=n --kubeconfig=@config', out: 'Context "x" modified.' },
      { run: 'config view --minify --kubeconfig=@config', out: `
apiVersion: v1
clusters:
- cluster:
    server: https://127.0.0.1:1
  name: c
contexts:
- context:
    cluster: c
    namespace: "n"
    user: u
  name: x
current-context: x
kind: Config
users:
- name: u
  user:
    token: REDACTED`, until: { 32: [['kind: Config\n', 'kind: Config\npreferences: {}\n']] } },
      { run: 'config use-context nosuch --kubeconfig=@config', err: 'error: no context exists with the name: "nosuch"', code: 1 },
      { run: 'get pods --kubeconfig=@config', err: `{lines}The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?`, code: 1 },
    ] },
  ],
}
