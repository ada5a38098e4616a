/** Flags that reach the server and that no other table has: who writes, what is checked and kept, which objects, how many at once. */
import { configMap, deployment, named, pod, service, template } from '../objects.ts'
import type { Group } from '../table.ts'

const far = { schedulerName: 'nobody' }
const idle = (name: string): object => deployment(name, { template: template(name, far) }, { labels: { app: name } })
const x = { labels: { part: 'x' } }
const part = (name: string, value: string): object => configMap(name, { a: value }, x)
/** Who wrote, in the order of the first writes. */
const writers = (what: string): string => `get ${what} --show-managed-fields -o 'jsonpath={.metadata.managedFields[*].manager}'`
const last = (what: string): string => `get ${what} -o 'jsonpath={.metadata.annotations.kubectl\\.kubernetes\\.io/last-applied-configuration}'`
const rbac = { group: 'rbac.authorization.k8s.io', role: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' } }
const grant = (name: string, ...users: string[]): object => named(`${rbac.group}/v1`, 'RoleBinding', name, { roleRef: rbac.role, subjects: users.map((user) => ({ kind: 'User', name: user, apiGroup: rbac.group })) }, { namespace: '{ns}' })

export const flags: Group = {
  name: 'flags', cluster: 'hollow', stories: [
    { about: 'of create, expose and run', objects: [idle('web'), configMap('e')], files: { 'r.json': part('made', '1'), 'e.env': 'A=1\n' }, cases: [
      { run: 'create -f @r.json --save-config --field-manager=fm --validate=strict', out: 'configmap/made created' },
      { run: writers('cm made'), out: 'fm' },
      { run: last('cm made'), out: '{"apiVersion":"v1","data":{"a":"1"},"kind":"ConfigMap","metadata":{"annotations":{},"labels":{"part":"x"},"name":"made","namespace":"{ns}"}}' },
      { run: 'create cm lit --from-literal=a=1 --field-manager=fm --save-config --validate=strict -o name', out: 'configmap/lit' },
      { run: writers('cm lit'), out: 'fm' },
      { run: `create clusterrole agg-{ns} --aggregation-rule=a=b --dry-run=server -o 'jsonpath={.aggregationRule} {.rules}'`, out: '{"clusterRoleSelectors":[{"matchLabels":{"a":"b"}}]} null', until: { 28: [[' null', ' <nil>']] } },
      { run: 'create clusterrole named-{ns} --verb=get --resource=pods --resource-name=one --resource-name=two --dry-run=server -o jsonpath={.rules}', out: '[{"apiGroups":[""],"resourceNames":["one","two"],"resources":["pods"],"verbs":["get"]}]' },
      { run: 'create clusterrolebinding b-{ns} --clusterrole=view --serviceaccount={ns}:default --dry-run=server -o jsonpath={.subjects}', out: '[{"kind":"ServiceAccount","name":"default","namespace":"{ns}"}]' },
      { run: `create rolebinding rb --clusterrole=view --user=joe --group=people --dry-run=server -o 'jsonpath={range .subjects[*]}{.kind}/{.name} {end}'`, out: 'User/joe Group/people ' },
      { run: `create cronjob cj --image=i --schedule='* * * * *' --restart=Never --dry-run=server -o jsonpath={.spec.jobTemplate.spec.template.spec.restartPolicy}`, out: 'Never' },
      { run: 'create pdb p --selector=a=b --max-unavailable=1 --dry-run=server -o jsonpath={.spec}', out: '{"maxUnavailable":1,"selector":{"matchLabels":{"a":"b"}}}' },
      { run: `create priorityclass pc-{ns} --value=1 --preemption-policy=Never --global-default=false --dry-run=server -o 'jsonpath={.preemptionPolicy} {.value}'`, out: 'Never 1' },
      { run: `create secret docker-registry dr --docker-server=s --docker-username=u --docker-password=p --docker-email=e@x --append-hash --dry-run=server -o 'jsonpath={.metadata.name} {.type}'`, out: 'dr-kc62k5mk6c kubernetes.io/dockerconfigjson' },
      { run: 'create secret generic g --from-env-file=@e.env -o jsonpath={.data}', out: '{"A":"MQ=="}' },
      { run: 'create service loadbalancer lb --tcp=80 --dry-run=server -o jsonpath={.spec.type}', out: 'LoadBalancer' },
      { run: 'create service externalname en --external-name=x.example --tcp=80 --save-config --field-manager=fm', out: 'service/en created' },
      { run: writers('svc en'), out: 'fm' },
      { run: 'create sa account --dry-run=server -o name', out: 'serviceaccount/account' },
      { run: 'create ns other-{ns} --save-config --dry-run=server -o name', out: 'namespace/other-{ns}' },
      { run: 'create token default --bound-object-kind=Pod --bound-object-name=nosuch', err: 'error: failed to create token: pods "nosuch" not found', code: 1 },
      { run: 'create token default --bound-object-kind=Secret --bound-object-name=g --bound-object-uid=x', err: 'error: failed to create token: Operation cannot be fulfilled on Secret "g": the UID in the bound object reference (x) does not match the UID in record. The object might have been deleted and then recreated', code: 1 },
      { run: 'create token default --bound-object-kind=Secret --bound-object-name=g -o jsonpath={.spec.boundObjectRef.kind}', out: 'Secret' },
      { run: `expose deployment web --port=80 --external-ip=10.9.8.7 --labels=x=y --name=e1 --selector=app=z --field-manager=fm -o 'jsonpath={.spec.externalIPs} {.metadata.labels} {.spec.selector}'`, out: '["10.9.8.7"] {"x":"y"} {"app":"z"}' },
      { run: writers('svc e1'), out: 'fm' },
      { run: 'expose deployment web --port=80 --name=e2 --type=LoadBalancer --load-balancer-ip=10.1.1.1 -o jsonpath={.spec.loadBalancerIP}', out: '10.1.1.1' },
      { run: `expose deployment web --port=80 --name=e3 --overrides='{"spec":{"ports":[{"port":81}]}}' --override-type=merge -o 'jsonpath={.spec.ports[*].port}'`, out: '81' },
      { run: `run p --image=i --annotations=a=b --privileged --field-manager=fm --dry-run=server -o 'jsonpath={.spec.containers[0].securityContext} {.metadata.annotations.a}'`, out: '{"privileged":true} b' },
      { run: `run q --image=i --overrides='{"spec":{"containers":[{"name":"q","tty":true}]}}' --override-type=strategic --dry-run=server -o 'jsonpath={.spec.containers[*].image} {.spec.containers[*].tty}'`, out: 'i true' },
    ] },
    { about: 'of set', objects: [idle('web'), service('web'), named('v1', 'Secret', 'g', { stringData: { A: '1', B: '2' } }), grant('granted', 'joe')], cases: [
      { run: 'set env deploy --all A=1 --containers=c --field-manager=fm', out: 'deployment.apps/web env updated' },
      { run: writers('deploy web'), out: '{lines}fm{lines}' },
      { run: `set env deploy/web -e B=2 --overwrite=false --dry-run=server -o 'jsonpath={.spec.template.spec.containers[0].env[*].name}'`, out: 'A B' },
      { run: 'set env deploy -l app=web A=3 --overwrite=false', err: `error: deployments/web 'A' already has a value (1), and --overwrite is false`, code: 1 },
      { run: `set env deploy/web --from=secret/g --keys=A --prefix=P_ -o 'jsonpath={.spec.template.spec.containers[0].env[*].name}'`, out: 'A P_A' },
      { run: 'set image deploy --all c=i:2 --field-manager=fm2', out: 'deployment.apps/web image updated' },
      { run: `set image deploy -l app=web c=i:3 -o 'jsonpath={.spec.template.spec.containers[0].image}'`, out: 'i:3' },
      { run: 'set resources deploy -l app=web --limits=cpu=1 --dry-run=server', out: 'deployment.apps/web resource requirements updated (server dry run)' },
      { run: `set resources deploy --all -c c --requests=cpu=100m -o 'jsonpath={.spec.template.spec.containers[0].resources}'`, out: '{"requests":{"cpu":"100m"}}' },
      { run: 'set selector svc web a=b --resource-version=1', err: 'Error from server (Conflict): Operation cannot be fulfilled on services "web": the object has been modified; please apply your changes to the latest version and try again', code: 1 },
      { run: 'set selector svc web a=b --dry-run=server', out: 'service/web selector updated (server dry run)' },
      { run: 'set selector svc web a=b --field-manager=fm -o jsonpath={.spec.selector}', out: '{"a":"b"}' },
      { run: 'set serviceaccount deploy web other --dry-run=server -o jsonpath={.spec.template.spec.serviceAccountName}', out: 'other' },
      { run: 'set serviceaccount deploy --all default --field-manager=fm', out: 'deployment.apps/web serviceaccount updated' },
      { run: 'set subject rolebinding granted --group=people --dry-run=server', out: 'rolebinding.rbac.authorization.k8s.io/granted subjects updated (server dry run)' },
      { run: `set subject rolebinding --all --group=people -o 'jsonpath={range .subjects[*]}{.kind}/{.name} {end}'`, out: 'User/joe Group/people ' },
    ] },
    { about: 'of rollout, scale and autoscale', objects: [idle('web')], cases: [
      { run: 'rollout pause deploy -l app=web --field-manager=fm', out: 'deployment.apps/web paused' },
      { run: writers('deploy web'), out: '{lines}fm{lines}' },
      { run: 'rollout restart deploy -l app=web', err: `error: deployments.apps "web" can't restart paused deployment (run rollout resume first)`, code: 1 },
      { run: 'rollout resume deploy -l app=web --field-manager=fm -o name', out: 'deployment.apps/web' },
      { run: 'scale deploy web --replicas=2 --resource-version=1', err: 'error: Expected resource version to be 1, was {number}', code: 1 },
      { run: 'scale deploy -l app=web --replicas=2 --current-replicas=1 -o name', out: 'deployment.apps/web' },
      { run: 'scale deploy web --replicas=1 --timeout=60s', out: 'deployment.apps/web scaled' },
      { run: `autoscale deploy web --max=3 --field-manager=fm --save-config --name=h -o jsonpath={.spec.scaleTargetRef.name}`, out: 'web' },
      { run: writers('hpa h'), out: 'fm{lines}' },
    ] },
    { about: 'of label, annotate, replace and describe', objects: [part('one', '1'), configMap('two')], files: { 'r.json': part('rep', '1') }, cases: [
      { run: 'label cm --field-selector=metadata.name=one l=1 --field-manager=fm', out: 'configmap/one labeled' },
      { run: writers('cm one'), out: '{lines}fm{lines}' },
      { run: 'annotate cm -l l=1 a=1 --field-manager=fm2', out: 'configmap/one annotated' },
      { run: 'annotate cm one a=2 --overwrite --resource-version=1', err: 'Error from server (Conflict): Operation cannot be fulfilled on configmaps "one": the object has been modified; please apply your changes to the latest version and try again', code: 1 },
      { run: 'annotate cm --field-selector=metadata.name=two b=1 -o jsonpath={.metadata.annotations}', out: '{"b":"1"}' },
      { run: 'create -f @r.json', out: 'configmap/rep created' },
      { run: 'replace -f @r.json --save-config --field-manager=fm --validate=strict -o name', out: 'configmap/rep' },
      { run: writers('cm rep'), out: '{lines}fm{lines}' },
      { run: 'replace -f @r.json --dry-run=server', out: 'configmap/rep replaced (server dry run)' },
      { run: 'replace --force -f @r.json --grace-period=0 --timeout=60s --cascade=background', out: `
configmap "rep" deleted from {ns} namespace
configmap/rep replaced`, until: { 32: [[' from {ns} namespace', '']] } },
      { run: 'replace -f @r.json --subresource=status', err: 'Error from server (NotFound): error when replacing "@r.json": the server could not find the requested resource', code: 1 },
      { run: 'describe cm -l l=1 --show-events=false --chunk-size=1', out: `
Name:         one
Namespace:    {ns}
Labels:       l=1
              part=x
Annotations:  a: 1

Data
====
a:
----
1


BinaryData
====
`, until: { 28: [['1\n\n\nBinaryData', '1\n\nBinaryData']] } },
      { run: 'get cm -l part --chunk-size=1 --sort-by=.metadata.name -L part --no-headers', out: `
one   1     {age}     x
rep   1     {age}     x` },
    ] },
    { about: 'of apply, diff and wait', files: { 'a.json': part('a', '1'), 'set/b.json': part('b', '1') }, cases: [
      { run: 'apply -f @a.json --validate=warn --field-manager=me --overwrite=false', out: 'configmap/a created' },
      { run: writers('cm a'), out: 'me' },
      { run: 'diff -f @set -R --prune -l part=x --prune-allowlist=core/v1/ConfigMap', out: '{lines}\n-  name: a\n{lines}\n+  name: b\n{lines}', err: '{lines}', code: 1 },
      { run: 'apply -f @set -R --prune -l part=x --prune-allowlist=core/v1/Secret', out: 'configmap/b created' },
      { run: 'apply -f @set --prune -l part=x --prune-allowlist=core/v1/ConfigMap --dry-run=server', out: `
configmap/b unchanged (server dry run)
configmap/a pruned (server dry run)` },
      { run: 'apply -f @set --prune -l part=x --prune-allowlist=core/v1/ConfigMap', out: `
configmap/b unchanged
configmap/a pruned` },
      { run: 'apply view-last-applied cm -l part=x -o json', out: '{lines}"name": "b"{lines}' },
      { run: 'apply set-last-applied -f @set/b.json --dry-run=server -o name', out: 'configmap/b' },
      { run: 'wait -f @set/b.json --for=jsonpath={.data.a}=1 --timeout=60s', out: 'configmap/b condition met' },
      { run: 'wait cm --all --for=jsonpath={.metadata.namespace}={ns} --timeout=60s -o name', out: `
configmap/b
configmap/kube-root-ca.crt` },
      { run: 'wait cm --field-selector=metadata.name=b --for=jsonpath={.data.a}=1 --timeout=60s', out: 'configmap/b condition met' },
      { run: 'get cm b -o name --request-timeout=60s', out: 'configmap/b' },
    ] },
    { about: 'of auth, events, top and cluster-info', objects: [grant('granted', 'joe'), pod('held', far)], files: { 'g.json': grant('granted', 'ann') }, cases: [
      { run: 'auth can-i list pods -A', out: 'yes' },
      { run: 'auth can-i get pods --subresource=log --as=joe', out: 'yes' },
      { run: 'auth can-i get pods --subresource=exec --as=joe -A', out: 'no', code: 1 },
      { run: 'auth reconcile -f @g.json', out: 'rolebinding.rbac.authorization.k8s.io/granted reconciled', err: `
	reconciliation required update
	missing subjects added:
		{Kind:User APIGroup:rbac.authorization.k8s.io Name:ann Namespace:}` },
      { run: 'auth reconcile -f @g.json --remove-extra-permissions --remove-extra-subjects -o name', out: 'rolebinding.rbac.authorization.k8s.io/granted', err: `
	reconciliation required update
	extra subjects removed:
		{Kind:User APIGroup:rbac.authorization.k8s.io Name:joe Namespace:}` },
      { run: `get rolebinding granted -o 'jsonpath={.subjects[*].name}'`, out: 'ann' },
      { run: 'top pod --sum -l app=nobody --no-headers', err: 'No resources found in {ns} namespace.' },
      { run: 'cluster-info dump --namespaces={ns} --output-directory=@dump', out: 'Cluster info dumped to @dump' },
    ] },
  ],
}
