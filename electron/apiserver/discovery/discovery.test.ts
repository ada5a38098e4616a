/** What is served, as release 1.36 lists it: names, short names, scope, kinds, verbs, categories and subresources of every group. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../testing.ts'
import { createDiscovery } from './discovery.ts'

let world: World
beforeAll(async () => { world = await startWorld() })
afterAll(() => world.close())

const ALL = 'create,delete,deletecollection,get,list,patch,update,watch'
const PART = 'get,patch,update'
const PROXY = 'create,delete,get,patch,update'
/** `resource Kind`, then what differs from a namespaced resource of its group with all verbs: `short=`, `verbs=`, `in=` categories, `of=` another group and version, `cluster`. */
const SERVED: Readonly<Record<string, readonly string[]>> = {
  'v1': [
    'bindings Binding verbs=create', 'componentstatuses ComponentStatus cluster short=cs verbs=get,list', 'configmaps ConfigMap short=cm', 'endpoints Endpoints short=ep', 'events Event short=ev', 'limitranges LimitRange short=limits',
    'namespaces Namespace cluster short=ns verbs=create,delete,get,list,patch,update,watch', 'namespaces/finalize Namespace cluster verbs=update', `namespaces/status Namespace cluster verbs=${PART}`,
    'nodes Node cluster short=no', `nodes/proxy NodeProxyOptions cluster verbs=${PROXY}`, `nodes/status Node cluster verbs=${PART}`,
    'persistentvolumeclaims PersistentVolumeClaim short=pvc', `persistentvolumeclaims/status PersistentVolumeClaim verbs=${PART}`, 'persistentvolumes PersistentVolume cluster short=pv', `persistentvolumes/status PersistentVolume cluster verbs=${PART}`,
    'pods Pod short=po in=all', 'pods/attach PodAttachOptions verbs=create,get', 'pods/binding Binding verbs=create', `pods/ephemeralcontainers Pod verbs=${PART}`, 'pods/eviction Eviction verbs=create of=policy/v1', 'pods/exec PodExecOptions verbs=create,get', 'pods/log Pod verbs=get',
    'pods/portforward PodPortForwardOptions verbs=create,get', `pods/proxy PodProxyOptions verbs=${PROXY}`, `pods/resize Pod verbs=${PART}`, `pods/status Pod verbs=${PART}`,
    'podtemplates PodTemplate', 'replicationcontrollers ReplicationController short=rc in=all', `replicationcontrollers/scale Scale verbs=${PART} of=autoscaling/v1`, `replicationcontrollers/status ReplicationController verbs=${PART}`,
    'resourcequotas ResourceQuota short=quota', `resourcequotas/status ResourceQuota verbs=${PART}`, 'secrets Secret', 'serviceaccounts ServiceAccount short=sa', 'serviceaccounts/token TokenRequest verbs=create of=authentication.k8s.io/v1',
    'services Service short=svc in=all', `services/proxy ServiceProxyOptions verbs=${PROXY}`, `services/status Service verbs=${PART}`,
  ],
  'admissionregistration.k8s.io/v1': [
    'mutatingadmissionpolicies MutatingAdmissionPolicy cluster in=api-extensions', 'mutatingadmissionpolicybindings MutatingAdmissionPolicyBinding cluster in=api-extensions', 'mutatingwebhookconfigurations MutatingWebhookConfiguration cluster in=api-extensions',
    'validatingadmissionpolicies ValidatingAdmissionPolicy cluster in=api-extensions', `validatingadmissionpolicies/status ValidatingAdmissionPolicy cluster verbs=${PART}`, 'validatingadmissionpolicybindings ValidatingAdmissionPolicyBinding cluster in=api-extensions',
    'validatingwebhookconfigurations ValidatingWebhookConfiguration cluster in=api-extensions',
  ],
  'apiextensions.k8s.io/v1': ['customresourcedefinitions CustomResourceDefinition cluster short=crd,crds in=api-extensions', `customresourcedefinitions/status CustomResourceDefinition cluster verbs=${PART}`],
  'apiregistration.k8s.io/v1': ['apiservices APIService cluster in=api-extensions', `apiservices/status APIService cluster verbs=${PART}`],
  'apps/v1': [
    'controllerrevisions ControllerRevision', 'daemonsets DaemonSet short=ds in=all', `daemonsets/status DaemonSet verbs=${PART}`,
    ...['deployments Deployment deploy', 'replicasets ReplicaSet rs', 'statefulsets StatefulSet sts'].map((s) => s.split(' ')).flatMap(([r, k, s]) => [`${r} ${k} short=${s} in=all`, `${r}/scale Scale verbs=${PART} of=autoscaling/v1`, `${r}/status ${k} verbs=${PART}`]),
  ],
  'authentication.k8s.io/v1': ['selfsubjectreviews SelfSubjectReview cluster verbs=create', 'tokenreviews TokenReview cluster verbs=create'],
  'authorization.k8s.io/v1': ['localsubjectaccessreviews LocalSubjectAccessReview verbs=create', 'selfsubjectaccessreviews SelfSubjectAccessReview cluster verbs=create', 'selfsubjectrulesreviews SelfSubjectRulesReview cluster verbs=create', 'subjectaccessreviews SubjectAccessReview cluster verbs=create'],
  'autoscaling/v1': ['horizontalpodautoscalers HorizontalPodAutoscaler short=hpa in=all', `horizontalpodautoscalers/status HorizontalPodAutoscaler verbs=${PART}`],
  'autoscaling/v2': ['horizontalpodautoscalers HorizontalPodAutoscaler short=hpa in=all', `horizontalpodautoscalers/status HorizontalPodAutoscaler verbs=${PART}`],
  'batch/v1': ['cronjobs CronJob short=cj in=all', `cronjobs/status CronJob verbs=${PART}`, 'jobs Job in=all', `jobs/status Job verbs=${PART}`],
  'certificates.k8s.io/v1': ['certificatesigningrequests CertificateSigningRequest cluster short=csr', `certificatesigningrequests/approval CertificateSigningRequest cluster verbs=${PART}`, `certificatesigningrequests/status CertificateSigningRequest cluster verbs=${PART}`],
  'coordination.k8s.io/v1': ['leases Lease'],
  'discovery.k8s.io/v1': ['endpointslices EndpointSlice'],
  'events.k8s.io/v1': ['events Event short=ev'],
  'flowcontrol.apiserver.k8s.io/v1': ['flowschemas FlowSchema cluster', `flowschemas/status FlowSchema cluster verbs=${PART}`, 'prioritylevelconfigurations PriorityLevelConfiguration cluster', `prioritylevelconfigurations/status PriorityLevelConfiguration cluster verbs=${PART}`],
  'networking.k8s.io/v1': [
    'ingressclasses IngressClass cluster', 'ingresses Ingress short=ing', `ingresses/status Ingress verbs=${PART}`, 'ipaddresses IPAddress cluster short=ip', 'networkpolicies NetworkPolicy short=netpol', 'servicecidrs ServiceCIDR cluster', `servicecidrs/status ServiceCIDR cluster verbs=${PART}`,
  ],
  'node.k8s.io/v1': ['runtimeclasses RuntimeClass cluster'],
  'policy/v1': ['poddisruptionbudgets PodDisruptionBudget short=pdb', `poddisruptionbudgets/status PodDisruptionBudget verbs=${PART}`],
  'rbac.authorization.k8s.io/v1': ['clusterrolebindings ClusterRoleBinding cluster', 'clusterroles ClusterRole cluster', 'rolebindings RoleBinding', 'roles Role'],
  'scheduling.k8s.io/v1': ['priorityclasses PriorityClass cluster short=pc'],
  'storage.k8s.io/v1': [
    'csidrivers CSIDriver cluster', 'csinodes CSINode cluster', 'csistoragecapacities CSIStorageCapacity', 'storageclasses StorageClass cluster short=sc', 'volumeattachments VolumeAttachment cluster', `volumeattachments/status VolumeAttachment cluster verbs=${PART}`,
    'volumeattributesclasses VolumeAttributesClass cluster short=vac',
  ],
}

interface Resource { name: string; namespaced: boolean; kind: string; verbs: string[]; shortNames?: string[]; categories?: string[]; group?: string; version?: string; singularName: string }

const pathOf = (groupVersion: string): string => (groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}`)
function line({ name, kind, namespaced, verbs, shortNames, categories, group, version }: Resource): string {
  return [
    name, kind, ...(namespaced ? [] : ['cluster']), ...(shortNames?.length ? [`short=${shortNames.join()}`] : []), ...(categories?.length ? [`in=${categories.join()}`] : []),
    ...([...verbs].sort().join() === ALL ? [] : [`verbs=${[...verbs].sort().join()}`]), ...(version ? [`of=${group ? `${group}/` : ''}${version}`] : []),
  ].join(' ')
}
/** The parts of a line in the order in which `line` writes them. */
const ORDER = ['cluster', 'short', 'in', 'verbs', 'of']
const ordered = (text: string): string => {
  const [name, kind, ...parts] = text.split(' ')
  return [name, kind, ...parts.toSorted((a, b) => ORDER.indexOf(a.split('=')[0] as string) - ORDER.indexOf(b.split('=')[0] as string))].join(' ')
}

it('says where clients reach the server, once that is known', () => {
  let address: string | undefined
  const discovery = createDiscovery([], () => address)
  const said = (): unknown => JSON.parse(Buffer.from(discovery.legacy('/api')?.bytes ?? []).toString())
  expect(said()).toEqual({ kind: 'APIVersions', versions: [], serverAddressByClientCIDRs: [] })
  const before = discovery.legacy('/api')?.etag
  address = '192.0.2.1:6443'
  expect(said()).toMatchObject({ serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '192.0.2.1:6443' }] })
  expect(discovery.legacy('/api')?.etag).not.toBe(before)
})

describe('what is served', () => {
  it.each(Object.entries(SERVED))('%s', async (groupVersion, expected) => {
    const { body } = await world.ask('GET', pathOf(groupVersion))
    expect(body).toMatchObject({ kind: 'APIResourceList', groupVersion })
    expect((body['resources'] as unknown as Resource[]).map(line).toSorted()).toEqual(expected.map(ordered).toSorted())
  })
  it('and no other group, but our own', async () => {
    const { body } = await world.ask('GET', '/apis')
    const groups = body['groups'] as unknown as { name: string; versions: { groupVersion: string }[]; preferredVersion: { groupVersion: string } }[]
    expect(groups.flatMap((g) => g.versions.map((v) => v.groupVersion)).filter((v) => !v.startsWith('pilothouse.dev/')).toSorted()).toEqual(Object.keys(SERVED).filter((v) => v !== 'v1').toSorted())
    expect(groups.find((g) => g.name === 'autoscaling')?.preferredVersion.groupVersion).toBe('autoscaling/v2')
  })
  it('the most important group first, in both forms', async () => {
    const order = ['apiregistration.k8s.io', 'apps', 'events.k8s.io', 'authentication.k8s.io', 'authorization.k8s.io', 'autoscaling', 'batch', 'certificates.k8s.io', 'networking.k8s.io', 'policy', 'rbac.authorization.k8s.io', 'storage.k8s.io', 'admissionregistration.k8s.io', 'apiextensions.k8s.io', 'scheduling.k8s.io', 'coordination.k8s.io', 'node.k8s.io', 'discovery.k8s.io', 'flowcontrol.apiserver.k8s.io', 'pilothouse.dev']
    expect(((await world.ask('GET', '/apis')).body['groups'] as unknown as { name: string }[]).map((g) => g.name)).toEqual(order)
    const { body } = await world.ask('GET', '/apis', undefined, { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' })
    expect((body['items'] as unknown as { metadata: { name: string } }[]).map((g) => g.metadata.name)).toEqual(order)
  })
  it.each(['v2', 'v2beta1'])('the aggregated form, %s, says the same', async (version) => {
    for (const root of ['/api', '/apis']) {
      const { body } = await world.ask('GET', root, undefined, { accept: `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList` })
      const groups = body['items'] as unknown as { metadata: { name?: string }; versions: { version: string; resources: { resource: string; scope: string; verbs: string[]; shortNames?: string[]; categories?: string[]; responseKind: { kind: string }; subresources?: { subresource: string; verbs: string[] }[] }[] }[] }[]
      for (const group of groups) for (const { version: served, resources } of group.versions) {
        const groupVersion = group.metadata.name ? `${group.metadata.name}/${served}` : served
        if (groupVersion.startsWith('pilothouse.dev/')) continue
        const names = resources.flatMap((r) => [r.resource, ...(r.subresources ?? []).map((s) => `${r.resource}/${s.subresource}`)])
        expect([groupVersion, names.toSorted()]).toEqual([groupVersion, (SERVED[groupVersion] ?? []).map((l) => l.split(' ')[0]).toSorted()])
      }
    }
  })
})
