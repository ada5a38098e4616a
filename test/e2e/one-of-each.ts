/** One object of every kind that a cluster has none of by itself, each as a user would write it. */
import type { ApiCall } from '../../shared/ipc.ts'

const container = { name: 'c', image: 'pilothouse.dev/hello:1', ports: [{ name: 'http', containerPort: 80 }], resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } } }
const template = (app: string): object => ({ metadata: { labels: { app } }, spec: { containers: [container] } })
const sets = (app: string): object => ({ replicas: 1, selector: { matchLabels: { app } }, template: template(app) })
const run = { template: { spec: { restartPolicy: 'Never', containers: [container] } } }
const admission = { matchConstraints: { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['podtemplates'] }] } }
const webhook = { name: 'watch.each.example.com', admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy: 'Ignore', clientConfig: { url: 'https://127.0.0.1:1/watch' }, rules: [{ apiGroups: ['each.example.com'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['*'] }] }

/** Of a namespace `each`, by group and version, resource, name; then what the object is made of. */
const NAMESPACED: [at: string, resource: string, name: string, object: object][] = [
  ['apps/v1', 'deployments', 'web', { spec: { ...sets('web'), replicas: 2 } }],
  ['apps/v1', 'statefulsets', 'db', { spec: { ...sets('db'), serviceName: 'db' } }],
  ['apps/v1', 'daemonsets', 'agent', { spec: { selector: { matchLabels: { app: 'agent' } }, template: template('agent') } }],
  ['batch/v1', 'jobs', 'import', { spec: run }],
  ['batch/v1', 'cronjobs', 'nightly', { spec: { schedule: '0 3 * * *', timeZone: 'Europe/Berlin', jobTemplate: { spec: run } } }],
  ['v1', 'replicationcontrollers', 'old', { spec: { replicas: 1, selector: { app: 'old' }, template: template('old') } }],
  ['autoscaling/v2', 'horizontalpodautoscalers', 'web', { spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas: 2, maxReplicas: 5, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }] } }],
  ['policy/v1', 'poddisruptionbudgets', 'web', { spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } } }],
  ['v1', 'services', 'web', { spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] } }],
  ['networking.k8s.io/v1', 'ingresses', 'web', { spec: { rules: [{ host: 'web.localhost', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] } }] } }],
  ['networking.k8s.io/v1', 'networkpolicies', 'web', { spec: { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress', 'Egress'], ingress: [{ from: [{ podSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }], ports: [{ port: 'http' }] }] } }],
  ['v1', 'configmaps', 'settings', { data: { 'app.conf': 'colour = blue\nsize = 3\n', mode: 'fast' } }],
  ['v1', 'secrets', 'login', { stringData: { user: 'robot', password: 'hunter2' } }],
  ['v1', 'resourcequotas', 'small', { spec: { hard: { pods: '20', 'requests.cpu': '2' } } }],
  ['v1', 'limitranges', 'usual', { spec: { limits: [{ type: 'Container', default: { memory: '128Mi' }, defaultRequest: { memory: '32Mi' } }] } }],
  ['v1', 'persistentvolumeclaims', 'data', { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }],
  ['v1', 'serviceaccounts', 'robot', {}],
  ['rbac.authorization.k8s.io/v1', 'roles', 'reader', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }] }],
  ['rbac.authorization.k8s.io/v1', 'rolebindings', 'reader', { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' }, subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'each' }] }],
]
const CLUSTER_WIDE: typeof NAMESPACED = [
  ['networking.k8s.io/v1', 'ingressclasses', 'other', { spec: { controller: 'example.com/other' } }],
  ['v1', 'persistentvolumes', 'disk', { spec: { capacity: { storage: '2Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'by-hand', hostPath: { path: '/tmp' } } }],
  ['scheduling.k8s.io/v1', 'priorityclasses', 'urgent', { value: 1000, description: 'Before all others.' }],
  ['node.k8s.io/v1', 'runtimeclasses', 'usual', { handler: 'runc' }],
  ['certificates.k8s.io/v1', 'certificatesigningrequests', 'robot', { spec: { signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'], request: '' } }],
  ['apiextensions.k8s.io/v1', 'customresourcedefinitions', 'ships.each.example.com', { spec: { group: 'each.example.com', scope: 'Namespaced', names: { plural: 'ships', singular: 'ship', kind: 'Ship' }, versions: [{ name: 'v1', served: true, storage: true, additionalPrinterColumns: [{ name: 'Harbour', type: 'string', jsonPath: '.spec.harbour' }], schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { harbour: { type: 'string' } } } } } } }] } }],
  ['admissionregistration.k8s.io/v1', 'validatingadmissionpolicies', 'named', { spec: { ...admission, validations: [{ expression: 'object.metadata.name != "x"', message: 'x is no name' }] } }],
  ['admissionregistration.k8s.io/v1', 'validatingadmissionpolicybindings', 'named', { spec: { policyName: 'named', validationActions: ['Deny'] } }],
  ['admissionregistration.k8s.io/v1', 'mutatingadmissionpolicies', 'marked', { spec: { ...admission, reinvocationPolicy: 'Never', mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{metadata: Object.metadata{labels: {"marked": "yes"}}}' } }] } }],
  ['admissionregistration.k8s.io/v1', 'mutatingadmissionpolicybindings', 'marked', { spec: { policyName: 'marked' } }],
  ['admissionregistration.k8s.io/v1', 'mutatingwebhookconfigurations', 'watch', { webhooks: [webhook] }],
  ['admissionregistration.k8s.io/v1', 'validatingwebhookconfigurations', 'watch', { webhooks: [webhook] }],
]

/** The requests that make them all, in order. `request`: a certificate request, PEM in base64. */
export function oneOfEach(request: string): ApiCall[] {
  const call = (namespace: string) => ([at, resource, name, object]: (typeof NAMESPACED)[number]): ApiCall => {
    const body = { ...object, metadata: { name } } as { spec?: { request?: string } }
    if (resource === 'certificatesigningrequests') body.spec = { ...body.spec, request }
    return { method: 'POST', path: `/${at === 'v1' ? 'api' : 'apis'}/${at}${namespace && `/namespaces/${namespace}`}/${resource}`, body }
  }
  return [{ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'each' } } }, ...CLUSTER_WIDE.map(call('')), ...NAMESPACED.map(call('each'))]
}
