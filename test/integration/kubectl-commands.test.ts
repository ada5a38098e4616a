/**
 * Every command of kubectl, one after the other as a user may type them, and what it prints: the words are those that it prints against any
 * Kubernetes. One cluster of hollow nodes for all; a row may lean on the rows before it in its own group.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { App, type Release, type Result } from './app.ts'

/** A command line without `kubectl`, what it prints on both outputs (text: exactly, but for the last line break), and its exit code. */
type Row = readonly [command: string, expected: string | RegExp, code?: number, input?: string]

let app: App
let folder: string
const file = (name: string): string => join(folder, name)
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'commands-'))
  const deployment = (value: string) => `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ap, labels: {app: ap, part: x}}\nspec:\n  replicas: 1\n  selector: {matchLabels: {app: ap}}\n  template: {metadata: {labels: {app: ap}}, spec: {containers: [{name: c, image: i, env: [{name: A, value: "${value}"}]}]}}\n`
  writeFileSync(file('d.yaml'), deployment('1'))
  writeFileSync(file('d2.yaml'), deployment('2'))
  writeFileSync(file('crd.yaml'), `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.ex.com}
spec:
  group: ex.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd], categories: [all]}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, description: A widget., properties: {spec: {type: object, required: [size], properties: {size: {type: integer, description: How big.}, note: {type: string}}}}}}
    subresources: {status: {}, scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size}}
    additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
`)
  for (const name of ['set', 'kustomized']) mkdirSync(file(name))
  writeFileSync(file('set/d.yaml'), deployment('1'))
  writeFileSync(file('set/cm.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: pruned, labels: {part: x}}\n')
  mkdirSync(file('rest'))
  writeFileSync(file('rest/d.yaml'), deployment('1'))
  writeFileSync(file('kustomized/cm.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: base}\n')
  writeFileSync(file('kustomized/kustomization.yaml'), 'resources: [cm.yaml]\nnamePrefix: kz-\n')
  app = await App.start({ args: ['--runtime', 'hollow', '--nodes', '3'] })
})
afterAll(async () => {
  await app?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

/** `a "b c" d` as a shell takes it apart; `@name` is a file of the test's. */
const words = (line: string): string[] => [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3] ?? '').map((w) => w.replace(/^@/, `${folder}/`))
const shown = ({ stdout, stderr }: Result): string => `${stderr}${stdout}`.replace(/\n$/, '').replaceAll(`${folder}/`, '@')

const exactly = (text: string): RegExp => new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}$`)

function rows(release: Release, list: readonly Row[], namespace = 'default'): void {
  it.each(list.map(([command, expected, code = 0, input = '']) => ({ command, expected, code, input })))('kubectl $command', async ({ command, expected, code, input }) => {
    const r = await app.kubectl(release, [...words(command), ...(namespace === 'default' ? [] : ['-n', namespace])], { input })
    expect(shown(r)).toMatch(expected instanceof RegExp ? expected : exactly(expected))
    expect(r.code).toBe(code)
  })
}
const object = (o: object): string => JSON.stringify(o)

describe.each(['28', '35'] as const)('create, with kubectl 1.%s', (release) => {
  const ns = `create-${release}`
  beforeAll(async () => void (await app.ok('35', ['create', 'ns', ns])))
  rows(release, [
    ['create cm c1 --from-literal=a=1', 'configmap/c1 created'],
    ['create cm c1 --from-literal=a=1', 'error: failed to create configmap: configmaps "c1" already exists', 1],
    ['create secret generic s1 --from-literal=p=q', 'secret/s1 created'],
    ['create secret docker-registry reg --docker-username=u --docker-password=p', 'secret/reg created'],
    ['create sa bot', 'serviceaccount/bot created'],
    ['create token bot --duration=10m', /^[\w-]+\.[\w-]+\.[\w-]+$/],
    ['create token nobody', 'error: failed to create token: serviceaccounts "nobody" not found', 1],
    ['create role rd --verb=get,list --resource=pods,deployments.apps', 'role.rbac.authorization.k8s.io/rd created'],
    ['create rolebinding rdb --role=rd --serviceaccount=default:bot', 'rolebinding.rbac.authorization.k8s.io/rdb created'],
    ['set subject rolebinding rdb --user=ann', 'rolebinding.rbac.authorization.k8s.io/rdb subjects updated'],
    [`create clusterrole cr-${release} --verb=get --resource=nodes`, `clusterrole.rbac.authorization.k8s.io/cr-${release} created`],
    [`create clusterrolebinding crb-${release} --clusterrole=cr-${release} --user=joe`, `clusterrolebinding.rbac.authorization.k8s.io/crb-${release} created`],
    ['create quota q --hard=configmaps=100', 'resourcequota/q created'],
    ['create pdb pd --selector=app=web --min-available=1', 'poddisruptionbudget.policy/pd created'],
    [`create pc high-${release} --value=1000`, `priorityclass.scheduling.k8s.io/high-${release} created`],
    ['create ingress ing --rule=foo.com/bar=svc1:8080', 'ingress.networking.k8s.io/ing created'],
    ['create service clusterip sc --tcp=80:8080', 'service/sc created'],
    ['create service nodeport sn --tcp=80:8080', 'service/sn created'],
    ['create service loadbalancer sl --tcp=80:8080', 'service/sl created'],
    ['create service externalname se --external-name=a.b', 'service/se created'],
    ['create deployment web --image=nginx --replicas=2 --port=80', 'deployment.apps/web created'],
    ['create job j --image=busybox', 'job.batch/j created'],
    ['create cronjob cj --image=busybox "--schedule=*/5 * * * *"', 'cronjob.batch/cj created'],
    ['create job from-cj --from=cronjob/cj', 'job.batch/from-cj created'],
    ['create deployment x --image=y --dry-run=server', 'deployment.apps/x created (server dry run)'],
    ['run p1 --image=busybox --restart=Never --labels=a=b', 'pod/p1 created'],
    ['run p2 --image=nginx --port=80 --expose', 'service/p2 created\npod/p2 created'],
    ['expose deployment web --port=80 --target-port=8080 --name=websvc', 'service/websvc exposed'],
    ['expose pod p1 --port=80', 'service/p1 exposed'],
    ['set selector svc websvc app=other', 'service/websvc selector updated'],
    ['get svc sc sn se --no-headers', /^sc +ClusterIP +[\d.]+ +<none> +80\/TCP +\d+s\nsn +NodePort +[\d.]+ +<none> +80:3\d{4}\/TCP +\d+s\nse +ExternalName +<none> +a\.b +<none> +\d+s$/],
    ['delete job --all', /^job\.batch "from-cj" deleted.*\njob\.batch "j" deleted.*$/],
    ['delete cronjob cj', /^cronjob\.batch "cj" deleted/],
  ], ns)
})

describe.each(['28', '35'] as const)('a deployment, with kubectl 1.%s', (release) => {
  const ns = `deploy-${release}`
  beforeAll(async () => void (await app.ok('35', ['create', 'ns', ns])))
  rows(release, [
    ['create deployment web --image=nginx:1', 'deployment.apps/web created'],
    ['rollout status deployment/web --timeout=20s', /deployment "web" successfully rolled out$/],
    ['set image deployment/web nginx=nginx:2', 'deployment.apps/web image updated'],
    ['set env deployment/web A=1 B-', 'deployment.apps/web env updated'],
    ['set env deployment/web --list', '# Deployment web, container nginx\nA=1'],
    ['set resources deployment/web --limits=cpu=200m,memory=512Mi --requests=cpu=100m', 'deployment.apps/web resource requirements updated'],
    ['set serviceaccount deployment/web default', 'deployment.apps/web serviceaccount updated'],
    ['rollout status deployment/web --timeout=20s', /deployment "web" successfully rolled out$/],
    ['rollout history deployment/web --revision=2', /^deployment\.apps\/web with revision #2\nPod Template:\n {2}Labels:\tapp=web\n\tpod-template-hash=\w+\n {2}Containers:\n {3}nginx:\n {4}Image:\tnginx:2\n/],
    ['scale deployment/web --replicas=2', 'deployment.apps/web scaled'],
    ['scale deployment/web --replicas=3 --current-replicas=5', 'error: Expected replicas to be 5, was 2', 1],
    ['autoscale deployment/web --min=1 --max=5', 'horizontalpodautoscaler.autoscaling/web autoscaled'],
    ['rollout restart deployment/web', 'deployment.apps/web restarted'],
    ['rollout pause deployment/web', 'deployment.apps/web paused'],
    ['rollout pause deployment/web', 'error: deployments.apps "web" is already paused', 1],
    ['rollout undo deployment/web', `error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again`, 1],
    ['rollout resume deployment/web', 'deployment.apps/web resumed'],
    ['rollout resume deployment/web', 'error: deployments.apps "web" is not paused', 1],
    ['rollout undo deployment/web --to-revision=1', 'deployment.apps/web rolled back'],
    ['rollout undo deployment/web --to-revision=99', 'error: unable to find specified revision 99 in history', 1],
    ['wait deployment/web --for=condition=Available --timeout=20s', 'deployment.apps/web condition met'],
    ['get deployment web -o jsonpath={.spec.template.spec.containers[0].image}', 'nginx:1'],
    ['describe deployment web', /StrategyType: +RollingUpdate\nMinReadySeconds: +0\nRollingUpdateStrategy: +25% max unavailable, 25% max surge\n/],
    ['delete deployment web --cascade=foreground', /^deployment\.apps "web" deleted/],
    ['get deployment,rs,pods', /^No resources found in deploy-\d+ namespace\.$/],
  ], ns)
})

describe('a pod', () => {
  rows('35', [
    ['run p1 --image=busybox --restart=Never --labels=a=b', 'pod/p1 created'],
    ['wait pod/p1 --for=condition=Ready --timeout=20s', 'pod/p1 condition met'],
    ['wait pod/p1 --for=jsonpath={.status.phase}=Running --timeout=10s', 'pod/p1 condition met'],
    ['wait pod/p1 --for=jsonpath={.status.podIP} --timeout=10s', 'pod/p1 condition met'],
    // That its own watch has ended with its time, kubectl logs or does not: which it hears of first is chance.
    ['wait pod/p1 --for=delete --timeout=200ms', /^([IE]\d{4} .*\n)*error: timed out waiting for the condition on pods\/p1$/, 1],
    ['label pod p1 x=y', 'pod/p1 labeled'],
    ['label pod p1 x=z', "error: 'x' already has a value (y), and --overwrite is false", 1],
    ['label pod p1 x=z --overwrite', 'pod/p1 labeled'],
    ['label pod p1 x-', 'pod/p1 unlabeled'],
    ['label pod p1 x-', 'label "x" not found.\npod/p1 not labeled'],
    ['annotate pod p1 k=v', 'pod/p1 annotated'],
    ['annotate pod p1 k=w', `error: --overwrite is false but found the following declared annotation(s): 'k' already has a value (v)`, 1],
    [`patch pod p1 -p '{"metadata":{"labels":{"q":"1"}}}'`, 'pod/p1 patched'],
    [`patch pod p1 -p '{"metadata":{"labels":{"q":"1"}}}'`, 'pod/p1 patched (no change)'],
    [`patch pod p1 --type=json -p '[{"op":"replace","path":"/metadata/labels/q","value":3}]'`, 'Error from server (BadRequest): Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels.q of type string', 1],
    [`patch pod p1 -p '{"spec":{"nodeName":"x"}}'`, /^The Pod "p1" is invalid: spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`,/, 1],
    [`patch pod p1 -p {`, 'Error from server (BadRequest): unexpected end of JSON input', 1],
    ['get pod p1 --no-headers', /^p1 +1\/1 +Running +0 +\d+s$/],
    ['get pod p1 -o wide --no-headers', /^p1 +1\/1 +Running +0 +\d+s +10\.[\d.]+ +hollow-\d +<none> +<none>$/],
    ['get pods -l a=b --show-labels --no-headers', / a=b,q=1$/],
    ['get pods -L a -l a=b --no-headers', / b$/],
    ['get pods -l a=b -o custom-columns=N:.metadata.name,I:.spec.containers[*].image', /^N +I\np1 +busybox$/],
    ['get pods -l a=b -o name', 'pod/p1'],
    ['get pods --field-selector=status.phase=Running,metadata.name=p1 -o name', 'pod/p1'],
    ['get pod p1 -o go-template={{.metadata.name}}', 'p1'],
    ['get pod p1 --output-watch-events -w --request-timeout=500ms', /^EVENT +NAME +READY +STATUS +RESTARTS +AGE\nADDED +p1 +1\/1 +Running/],
    ['get pod nosuch', 'Error from server (NotFound): pods "nosuch" not found', 1],
    ['get nosuch', `error: the server doesn't have a resource type "nosuch"`, 1],
    ['get pods -n nowhere', 'No resources found in nowhere namespace.'],
    ['get pods/p1/x', 'error: arguments in resource/name form may not have more than one slash', 1],
    ['logs p1 -c nope', 'error: container nope is not valid for pod p1', 1],
    ['logs nosuch', /pods "nosuch" not found/, 1],
    ['logs p1 --previous', /previous terminated container "p1" in pod "p1" not found/, 1],
    ['debug p1 --image=busybox --copy-to=p1-copy --profile=general -q --attach=false', ''],
    ['get pod p1-copy -o name', 'pod/p1-copy'],
    ['debug p1 --image=busybox -c dbg --profile=general -q --attach=false', ''],
    ['get pod p1 -o jsonpath={.spec.ephemeralContainers[0].name}', 'dbg'],
    ['events --for pod/p1 --no-headers', /Normal +Scheduled +Pod\/p1 +Successfully assigned default\/p1 to hollow-\d/],
    ['delete pod p1-copy --grace-period=0 --force', /Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated\. The resource may continue to run on the cluster indefinitely\.\npod "p1-copy" force deleted/],
    ['delete pod p1 --now', /^pod "p1" deleted/],
    ['delete pod p1', 'Error from server (NotFound): pods "p1" not found', 1],
    ['delete pod p1 --ignore-not-found', ''],
  ])
})

describe('nodes', () => {
  rows('35', [
    ['cordon hollow-1', 'node/hollow-1 cordoned'],
    ['cordon hollow-1', 'node/hollow-1 already cordoned'],
    ['get node hollow-1 --no-headers', /^hollow-1 +Ready,SchedulingDisabled +<none> +/],
    ['uncordon hollow-1', 'node/hollow-1 uncordoned'],
    ['uncordon hollow-1', 'node/hollow-1 already uncordoned'],
    ['taint nodes hollow-2 k=v:NoSchedule', 'node/hollow-2 tainted'],
    ['taint nodes hollow-2 k=v:NoSchedule', 'error: node hollow-2 already has k taint(s) with same effect(s) and --overwrite is false', 1],
    ['taint nodes hollow-2 k=v2:NoSchedule --overwrite', 'node/hollow-2 modified'],
    ['taint nodes hollow-2 k-', 'node/hollow-2 untainted'],
    ['taint nodes hollow-2 k-', 'error: taint "k" not found', 1],
    ['debug node/hollow-3 --image=busybox --profile=general -q --attach=false', ''],
    ['drain hollow-3 --ignore-daemonsets --force --timeout=30s', /node\/hollow-3 cordoned\n[\s\S]*Warning: deleting Pods that declare no controller: default\/node-debugger-hollow-3-\w+[\s\S]*node\/hollow-3 drained$|node\/hollow-3 cordoned\n[\s\S]*node\/hollow-3 drained$/],
    ['uncordon hollow-3', 'node/hollow-3 uncordoned'],
    ['describe node hollow-1', /^Name: +hollow-1\nRoles: +<none>\n[\s\S]*\nLease:\n {2}HolderIdentity: +hollow-1\n[\s\S]*\nAllocated resources:\n/],
  ])
})

describe('apply and its kin', () => {
  rows('35', [
    ['apply -f @d.yaml', 'deployment.apps/ap created'],
    ['apply -f @d.yaml', 'deployment.apps/ap unchanged'],
    ['diff -f @d2.yaml', /\n- +value: "1"\n\+ +value: "2"\n/, 1],
    ['apply -f @d2.yaml', 'deployment.apps/ap configured'],
    ['apply view-last-applied deploy/ap -o json', /"value": "2"/],
    ['apply --server-side -f @d2.yaml', 'deployment.apps/ap serverside-applied'],
    ['get deploy ap -o jsonpath={.metadata.managedFields[?(@.operation=="Apply")].manager}', 'kubectl kubectl-last-applied'],
    ['apply --server-side --field-manager=other -f @d.yaml', /^error: Apply failed with 1 conflict: conflict with "kubectl": \.spec\.template\.spec\.containers\[name="c"\]\.env\[name="A"\]\.value\nPlease review the fields above--they currently have other managers\./, 1],
    ['apply --server-side --field-manager=other --force-conflicts -f @d.yaml', 'deployment.apps/ap serverside-applied'],
    ['apply set-last-applied --create-annotation -f @d.yaml', 'deployment.apps/ap configured'],
    ['create -f @d.yaml', 'Error from server (AlreadyExists): error when creating "@d.yaml": deployments.apps "ap" already exists', 1],
    ['replace -f @d2.yaml', 'deployment.apps/ap replaced'],
    ['replace --force -f @d2.yaml', /^deployment\.apps "ap" deleted.*\ndeployment\.apps\/ap replaced$/],
    ['apply -f @set --prune -l part=x', /configmap\/pruned created\ndeployment\.apps\/ap configured$/],
    ['apply -f @rest --prune -l part=x', /deployment\.apps\/ap unchanged\nconfigmap\/pruned pruned$/],
    ['apply -k @kustomized', 'configmap/kz-base created'],
    ['delete -k @kustomized', /^configmap "kz-base" deleted/],
    ['delete -f @d.yaml', /^deployment\.apps "ap" deleted/],
    ['create -f -', 'Error from server (BadRequest): error when creating "STDIN": ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dat"', 1, object({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'v' }, dat: {} })],
    ['create -f -', 'Error from server (BadRequest): error when creating "STDIN": ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data.a of type string', 1, object({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'v' }, data: { a: 1 } })],
    ['create -f -', 'error: resource mapping not found for name: "v" namespace: "" from "STDIN": no matches for kind "Nope" in version "v1"\nensure CRDs are installed first', 1, object({ apiVersion: 'v1', kind: 'Nope', metadata: { name: 'v' } })],
    ['create -f -', /^The Pod "BAD" is invalid: \n\* metadata\.name: Invalid value: "BAD": a lowercase RFC 1123 subdomain must consist of[\s\S]*\n\* spec\.containers: Required value$/, 1, object({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'BAD' }, spec: { containers: [] } })],
    ['replace --raw /api/v1/namespaces/default/configmaps/other -f -', 'Error from server (BadRequest): the name of the object (v) does not match the name on the URL (other)', 1, object({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'v' } })],
  ])
  it('apply with an ApplySet prunes what is no longer in it', async () => {
    const k = (files: string) => app.kubectl('35', ['apply', '--prune', '--applyset=mine', '-n', 'default', '-f', file(files)], { env: { KUBECTL_APPLYSET: 'true' } })
    const { stdout } = await k('set')
    expect(stdout).toMatch(/configmap\/pruned created/)
    expect((await k('rest')).stdout).toMatch(/configmap\/pruned pruned/)
  })
})

describe('custom resources', () => {
  const widget = (spec: object) => object({ apiVersion: 'ex.com/v1', kind: 'Widget', metadata: { name: 'w1' }, spec })
  rows('35', [
    ['apply -f @crd.yaml', 'customresourcedefinition.apiextensions.k8s.io/widgets.ex.com created'],
    ['wait --for=condition=Established crd/widgets.ex.com --timeout=10s', 'customresourcedefinition.apiextensions.k8s.io/widgets.ex.com condition met'],
    ['explain widget.spec', 'GROUP:      ex.com\nKIND:       Widget\nVERSION:    v1\n\nFIELD: spec <Object>\n\n\nDESCRIPTION:\n    <empty>\nFIELDS:\n  note\t<string>\n    <no description>\n\n  size\t<integer> -required-\n    How big.\n\n'],
    ['explain wd.spec.size', /FIELD: size <integer>\n\n\nDESCRIPTION:\n {4}How big\./],
    ['apply -f -', 'Error from server (BadRequest): error when creating "STDIN": Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.nope"', 1, widget({ size: 3, nope: 1 })],
    ['apply -f -', 'The Widget "w1" is invalid: spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"', 1, widget({ size: 'x' })],
    ['apply -f -', 'widget.ex.com/w1 created', 0, widget({ size: 3 })],
    ['apply -f -', 'The Widget "w1" is invalid: spec.size: Required value', 1, widget({})],
    ['get wd', 'NAME   SIZE\nw1     3'],
    ['scale widget/w1 --replicas=5', 'widget.ex.com/w1 scaled'],
    [`patch widget w1 --type=merge -p '{"spec":{"size":9007199254740993}}'`, 'widget.ex.com/w1 patched'],
    ['get widget w1 -o jsonpath={.spec.size}', '9007199254740993'],
    [`patch widget w1 -p '{"spec":{"size":7}}'`, 'error: application/strategic-merge-patch+json is not supported by ex.com/v1, Kind=Widget: the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml', 1],
    ['describe widget w1', /^Name: +w1\nNamespace: +default\n[\s\S]*\nSpec:\n {2}Size: +9007199254740993\nEvents: +<none>$/],
    ['delete widget --all', /^widget\.ex\.com "w1" deleted/],
    ['delete crd widgets.ex.com', /^customresourcedefinition\.apiextensions\.k8s\.io "widgets\.ex\.com" deleted/],
  ])
})

describe.each(['28', '34', '35'] as const)('asking, with kubectl 1.%s', (release) => {
  rows(release, [
    ['auth whoami', 'ATTRIBUTE   VALUE\nUsername    kubernetes-admin\nGroups      [system:masters system:authenticated]'],
    ['auth can-i get pods --as=joe', 'no', 1],
    ['auth can-i get pods/log', 'yes'],
    ['auth can-i get /healthz', 'yes'],
    ['auth can-i --list', /^Resources +Non-Resource URLs +Resource Names +Verbs\n\*\.\* +\[\] +\[\] +\[\*\]\n/],
    ['auth reconcile -f -', `\treconciliation required create\n\tmissing rules added:\n\t\t{Verbs:[get] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}\nclusterrole.rbac.authorization.k8s.io/reconciled-${release} reconciled`, 0, object({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: `reconciled-${release}` }, rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }] })],
    ['certificate approve nosuch', 'Error from server (NotFound): certificatesigningrequests.certificates.k8s.io "nosuch" not found', 1],
    ['cluster-info', /Kubernetes control plane.* is running at .*https:\/\/127\.0\.0\.1:\d+/],
    ['cluster-info dump', /"kind": "NodeList"/],
    ['version', /Server Version: v1\.3\d\./],
    ['api-versions', /(^|\n)apps\/v1\n[\s\S]*\nstorage\.k8s\.io\/v1\nv1$/],
    ['api-resources --no-headers -o name', /^bindings\ncomponentstatuses\nconfigmaps\n[\s\S]*\ndeployments\.apps\n/],
    ['get cs', 'Warning: v1 ComponentStatus is deprecated in v1.19+\nNAME                 STATUS    MESSAGE   ERROR\ncontroller-manager   Healthy   ok        \nscheduler            Healthy   ok        \netcd-0               Healthy   ok        '],
    ['get endpoints kubernetes', /^Warning: v1 Endpoints is deprecated in v1\.33\+; use discovery\.k8s\.io\/v1 EndpointSlice\nNAME +ENDPOINTS +AGE\nkubernetes +[\d.]+:\d+ +\w+$/],
    ['explain pod.spec.nosuch', /^error: field "nosuch" does not exist\n/, 1],
    ['explain deploy --recursive', /\n {6}rollingUpdate\t<RollingUpdateDeployment>\n {8}maxSurge\t<(IntOrString|string)>\n/],
    ['explain pods.spec.containers.lifecycle.postStart', /ExecAction describes a "run in container" action\./],
    ['get --raw /nope', 'Error from server (NotFound): the server could not find the requested resource', 1],
    ['get --raw /healthz', 'ok'],
    ['get --raw /livez?verbose', /\[\+\]ping ok\n[\s\S]*livez check passed$/],
    ['top node', /^NAME +CPU\(cores\) +CPU(%|\(%\)) +MEMORY\(bytes\) +MEMORY(%|\(%\)) +\nhollow-1 /],
    ['config current-context', 'pilothouse'],
  ])
})
