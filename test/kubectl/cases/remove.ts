/** delete and wait. */
import { configMap, deployment, named, pod, template } from '../objects.ts'
import type { Group } from '../table.ts'

const map = (name: string): object => configMap(name, {}, { labels: { by: 'test' } })

export const remove: Group = {
  name: 'delete', cluster: 'hollow', stories: [
    { about: 'ways to name it', telling: 'all', objects: [...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(map), named('v1', 'Secret', 's')], files: { 'c.yaml': configMap('c') }, cases: [
      { run: 'delete cm a --dry-run=server', out: 'configmap "a" deleted from {ns} namespace (server dry run)', until: { 32: [['from {ns} namespace (server', '(server']] } },
      { run: 'delete cm a --dry-run=client', out: 'configmap "a" deleted from {ns} namespace (dry run)', until: { 32: [['from {ns} namespace (dry', '(dry']] } },
      { run: 'delete cm a', out: 'configmap "a" deleted from {ns} namespace', until: { 32: [['deleted from {ns} namespace', 'deleted']] } },
      { run: 'delete cm a', err: 'Error from server (NotFound): configmaps "a" not found', code: 1 },
      { run: 'delete cm a --ignore-not-found' },
      { run: 'delete cm/b secret/s', out: `
configmap "b" deleted from {ns} namespace
secret "s" deleted from {ns} namespace`, until: { 32: [['deleted from {ns} namespace', 'deleted']] } },
      { run: 'delete -f @c.yaml', out: 'configmap "c" deleted from {ns} namespace', until: { 32: [['deleted from {ns} namespace', 'deleted']] } },
      { run: 'delete -f @c.yaml', err: 'Error from server (NotFound): error when deleting "@c.yaml": configmaps "c" not found', code: 1 },
      { run: 'delete -f @c.yaml --ignore-not-found' },
      { run: 'delete cm d -o name', out: 'configmap/d' },
      { run: 'delete cm e nosuch', out: 'configmap "e" deleted from {ns} namespace', err: 'Error from server (NotFound): configmaps "nosuch" not found', code: 1, until: { 32: [['deleted from {ns} namespace', 'deleted']] } },
      { run: 'delete cm --field-selector=metadata.name=f', out: 'configmap "f" deleted from {ns} namespace', until: { 32: [['deleted from {ns} namespace', 'deleted']] } },
      { run: 'delete cm -l by=test', out: 'configmap "g" deleted from {ns} namespace', until: { 32: [['deleted from {ns} namespace', 'deleted']] } },
      { run: 'delete cm -l by=test', out: 'No resources found' },
      { run: 'delete secrets --all', out: 'No resources found' },
      { run: 'delete cm', err: 'error: resource(s) were provided, but no name was specified', code: 1 },
      { run: 'delete', err: `
error: You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`, code: 1 },
      { run: 'delete cm x --all', err: 'error: name cannot be provided when a selector is specified', code: 1 },
      { run: 'delete --raw /api/v1/namespaces/{ns}/configmaps/nosuch', err: 'Error from server (NotFound): configmaps "nosuch" not found', code: 1 },
      { run: 'delete cm kube-root-ca.crt --grace-period=-5 --cascade=nonsense', err: 'error: invalid cascade value (nonsense). Must be "background", "foreground", or "orphan"', code: 1 },
    ] },
    { about: 'confirmed', objects: [map('a'), map('b')], cases: [
      { run: 'delete cm a --interactive', since: 30, stdin: 'n\n', out: `
You are about to delete the following 1 resource(s):
configmap/a
Do you want to continue? (y/N): deletion is cancelled`, until: { 32: [['(y/N)', '(y/n)']] } },
      { run: 'delete cm a --interactive', since: 30, stdin: 'y\n', out: `
You are about to delete the following 1 resource(s):
configmap/a
Do you want to continue? (y/N): configmap "a" deleted from {ns} namespace`, until: { 32: [['(y/N)', '(y/n)'], [' from {ns} namespace', '']] } },
    ] },
    { about: 'pods and their grace', objects: [pod('a'), pod('b'), pod('c')], cases: [
      { run: 'wait pod/a pod/b pod/c --for=condition=Ready --timeout=60s', out: `
pod/a condition met
pod/b condition met
pod/c condition met` },
      { run: 'delete pod a --now', out: 'pod "a" deleted from {ns} namespace', until: { 32: [['deleted from {ns} namespace', 'deleted']] } },
      { run: 'delete pod b --grace-period=0 --force', out: 'pod "b" force deleted from {ns} namespace', err: 'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.', until: { 32: [['deleted from {ns} namespace', 'deleted']] } },
      { run: 'delete pod c --wait=false', out: 'pod "c" deleted from {ns} namespace', until: { 32: [['deleted from {ns} namespace', 'deleted']] } },
      { run: 'wait pod/c --for=delete --timeout=60s', out: '{lines}' },
      { run: 'get pods', err: 'No resources found in {ns} namespace.' },
    ] },
    { about: 'with what belongs to it', objects: ['front', 'back', 'lone'].map((name) => deployment(name, { template: template(name, { schedulerName: 'nobody' }) })), cases: [
      { run: 'rollout history deployment', out: '{lines}', eventually: true },
      { run: 'delete deployment front --cascade=foreground --timeout=60s', out: 'deployment.apps "front" deleted from {ns} namespace', until: { 32: [[' from {ns} namespace', '']] } },
      { run: 'get rs,pods -l app=front', err: 'No resources found in {ns} namespace.' },
      { run: 'delete deployment lone --cascade=orphan', out: 'deployment.apps "lone" deleted from {ns} namespace', until: { 32: [[' from {ns} namespace', '']] } },
      { run: `get rs -l app=lone -o 'jsonpath={.items[*].metadata.ownerReferences}'`, eventually: true },
      { run: 'delete deployment back', out: 'deployment.apps "back" deleted from {ns} namespace', until: { 32: [[' from {ns} namespace', '']] } },
      { run: 'get rs,pods -l app=back', err: 'No resources found in {ns} namespace.', eventually: true },
    ] },
    { about: 'what may not go', objects: [map('kept')], cases: [
      { run: 'delete namespace kube-system', err: `
Warning: deleting cluster-scoped resources, not scoped to the provided namespace
Error from server (Forbidden): namespaces "kube-system" is forbidden: this namespace may not be deleted`, code: 1 },
      { run: 'delete namespace default', err: `
Warning: deleting cluster-scoped resources, not scoped to the provided namespace
Error from server (Forbidden): namespaces "default" is forbidden: this namespace may not be deleted`, code: 1 },
      { run: 'delete cm kept --as=joe', err: 'Error from server (Forbidden): configmaps "kept" is forbidden: User "joe" cannot delete resource "configmaps" in API group "" in the namespace "{ns}"', code: 1 },
      { run: 'delete pod nosuch', err: 'Error from server (NotFound): pods "nosuch" not found', code: 1 },
      { run: 'delete nosuch x', err: `error: the server doesn't have a resource type "nosuch"`, code: 1 },
    ] },
    { about: 'a namespace, which goes with all that is in it', cases: [
      { run: 'create namespace full-{ns}', out: 'namespace/full-{ns} created' },
      { run: 'create deployment d --image=i -n full-{ns}', out: 'deployment.apps/d created' },
      { run: 'delete namespace full-{ns} --timeout=60s', out: 'namespace "full-{ns}" deleted', err: 'Warning: deleting cluster-scoped resources, not scoped to the provided namespace' },
      { run: 'get all,cm -n full-{ns}', err: 'No resources found in full-{ns} namespace.' },
      { run: 'create configmap c -n full-{ns}', err: 'error: failed to create configmap: namespaces "full-{ns}" not found', code: 1 },
    ] },
    { about: 'wait', objects: [pod('p', {}, { labels: { a: 'b' } }), pod('q', { schedulerName: 'nobody' }), configMap('c', { ready: 'yes' })], cases: [
      { run: 'wait pod/p --for=condition=Ready --timeout=60s', out: 'pod/p condition met' },
      { run: 'wait pod -l a=b --for=condition=Ready --timeout=60s', out: 'pod/p condition met' },
      { run: 'wait pod/p --for=jsonpath={.status.phase}=Running --timeout=60s', out: 'pod/p condition met' },
      { run: 'wait pod/p --for=jsonpath={.status.podIP} --timeout=60s', since: 31, out: 'pod/p condition met' },
      { run: 'wait cm/c --for=jsonpath={.data.ready}=yes --timeout=60s', out: 'configmap/c condition met' },
      { run: 'wait pod/nosuch --for=delete --timeout=60s' },
      { run: 'wait cm/c --for=create --timeout=60s', since: 31, out: 'configmap/c condition met' },
      { run: 'wait pod/nosuch --for=condition=Ready --timeout=60s', err: 'Error from server (NotFound): pods "nosuch" not found', code: 1 },
      { run: 'wait pod/q --for=condition=Ready --timeout=0', err: 'error: condition not met for pods/q', code: 1 },
      { run: 'wait pod/p --for=nonsense', err: 'error: unrecognized condition: "nonsense"', code: 1 },
      { run: 'wait pod/p', err: 'error: unrecognized condition: ""', code: 1 },
    ] },
  ],
}
