/** An object of each kind that is accepted as it stands, without name and namespace: what is made of it comes further than noise. */
const container = { name: 'c', image: 'hello:1' }
const labels = { app: 'a' }
const template = { metadata: { labels }, spec: { containers: [container] } }
const selector = { matchLabels: labels }
const job = { template: { spec: { restartPolicy: 'Never', containers: [container] } } }
const webhooks = [{ name: 'a.example.com', sideEffects: 'None', admissionReviewVersions: ['v1'], clientConfig: { url: 'https://127.0.0.1:1/x' }, rules: [{ apiGroups: ['nobody.example.com'], apiVersions: ['v1'], resources: ['nothings'], operations: ['CREATE'] }] }]
const constraints = { resourceRules: [{ apiGroups: ['nobody.example.com'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['nothings'] }] }
const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' }
const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]
const schema = { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer', minimum: 0, default: 1 }, rows: { type: 'array', items: { type: 'string' } } }, 'x-kubernetes-validations': [{ rule: 'self.size < 100', message: 'too large' }] }, status: { type: 'object', properties: { size: { type: 'integer' } } } } }

const SEEDS: Readonly<Record<string, object>> = {
  'events.k8s.io/Event': { eventTime: '2020-01-01T00:00:00.000000Z', regarding: { kind: 'Pod', namespace: 'default', name: 'a' }, action: 'A', reason: 'A', note: 'b', type: 'Normal', reportingController: 'example.com/a', reportingInstance: 'a' },
  Pod: { spec: { containers: [{ ...container, ports: [{ containerPort: 80 }], env: [{ name: 'A', value: 'b' }], resources: { requests: { cpu: '1m' } }, readinessProbe: { httpGet: { path: '/', port: 80 } }, volumeMounts: [{ name: 'v', mountPath: '/v' }] }], volumes: [{ name: 'v', emptyDir: {} }], tolerations: [{ key: 'a', operator: 'Exists' }] } },
  ReplicationController: { spec: { replicas: 1, selector: labels, template } }, PodTemplate: { template },
  Deployment: { spec: { replicas: 1, selector, template, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 1 } } } },
  ReplicaSet: { spec: { selector, template } }, DaemonSet: { spec: { selector, template } },
  StatefulSet: { spec: { serviceName: 'a', selector, template, volumeClaimTemplates: [{ metadata: { name: 'd' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }] } },
  Job: { spec: { ...job, completions: 2, completionMode: 'Indexed', backoffLimit: 1 } }, CronJob: { spec: { schedule: '*/5 * * * *', jobTemplate: { spec: job } } },
  Service: { spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'web' }] } }, Endpoints: { subsets: [{ addresses: [{ ip: '10.1.1.1' }], ports: [{ port: 80 }] }] },
  EndpointSlice: { addressType: 'IPv4', endpoints: [{ addresses: ['10.1.1.1'] }], ports: [{ port: 80 }] }, Ingress: { spec: { rules: [{ host: 'a.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'a', port: { number: 80 } } } }] } }] } },
  IngressClass: { spec: { controller: 'example.com/a' } }, NetworkPolicy: { spec: { podSelector: selector, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }], ports: [{ port: 80, endPort: 90 }] }] } },
  ConfigMap: { data: { a: 'b' }, binaryData: { c: 'YQ==' } }, Secret: { type: 'Opaque', data: { a: 'YQ==' }, stringData: { b: 'c' } },
  PersistentVolume: { spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/tmp/a' } } }, PersistentVolumeClaim: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }, StorageClass: { provisioner: 'example.com/a' },
  ResourceQuota: { spec: { hard: { pods: '100', 'requests.cpu': '100' } } }, LimitRange: { spec: { limits: [{ type: 'Container', default: { cpu: '1' }, max: { cpu: '2' } }] } }, PriorityClass: { value: 7 },
  PodDisruptionBudget: { spec: { selector, minAvailable: '50%' } }, HorizontalPodAutoscaler: { spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' }, minReplicas: 1, maxReplicas: 3, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }] } },
  Role: { rules }, ClusterRole: { rules, aggregationRule: { clusterRoleSelectors: [{ matchLabels: { 'never': 'here' } }] } }, RoleBinding: { roleRef, subjects: [{ kind: 'User', name: 'ann' }] }, ClusterRoleBinding: { roleRef, subjects: [{ kind: 'User', name: 'ann' }] },
  Lease: { spec: { holderIdentity: 'a', leaseDurationSeconds: 10, renewTime: '2020-01-01T00:00:00.000000Z' } }, RuntimeClass: { handler: 'runc' }, Node: { spec: { podCIDR: '10.9.0.0/24' }, status: { capacity: { cpu: '1' } } },
  ValidatingWebhookConfiguration: { webhooks }, MutatingWebhookConfiguration: { webhooks },
  ValidatingAdmissionPolicy: { spec: { matchConstraints: constraints, variables: [{ name: 'n', expression: 'object.metadata.name' }], validations: [{ expression: 'variables.n != "x"', messageExpression: '"no " + variables.n' }] } }, ValidatingAdmissionPolicyBinding: { spec: { policyName: 'a', validationActions: ['Deny'] } },
  CertificateSigningRequest: { spec: { request: 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIR01HNENBUUF3RERFS01BZ0dBMVVFQXd3QllUQlpNQk1HQnlxR1NNNDlBZ0VHQ0NxR1NNNDlBd0VIQTBJQQpCQVdKYVpKekNmTnk4Q1ZNWUpEVHQ2K3JObmNHcjRTUVROQmNySnkwZTFZeUJhZjFCNmxuY3NyYVBTL3poR09HCmw2QWEvdTI2Z3BhMEYzTnN5Wm1KSDAyZ0FEQUtCZ2dxaGtqT1BRUURBZ05JQURCRkFpRUFzZnhkbittYzcwajYKdEIyandVbUExK1Z4SlR1THpNeE4zdHBKMjlTbFYxWUNJRCtlUk5SY0lZNmVRY213L3JxT1BPOVloSVVNZlErcwplVGlwTk9ockNibHgKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==', signerName: 'example.com/a', usages: ['client auth'] } }, Event: { involvedObject: { kind: 'Pod', namespace: 'default', name: 'a' }, reason: 'A', message: 'b', type: 'Normal' },
  FlowSchema: { spec: { priorityLevelConfiguration: { name: 'global-default' }, matchingPrecedence: 9000, rules: [{ subjects: [{ kind: 'User', user: { name: 'nobody-at-all' } }], nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/nowhere'] }] }] } },
  PriorityLevelConfiguration: { spec: { type: 'Limited', limited: { nominalConcurrencyShares: 1, limitResponse: { type: 'Queue', queuing: { queues: 4, handSize: 2, queueLengthLimit: 5 } } } } },
  CustomResourceDefinition: { spec: { group: 'fuzz.example.com', scope: 'Namespaced', names: { plural: 'others', singular: 'other', kind: 'Other' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }] } },
  Widget: { spec: { size: 1, rows: ['a'] } }, TokenRequest: { spec: {} }, SelfSubjectAccessReview: { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } }, SubjectAccessReview: { spec: { user: 'ann', nonResourceAttributes: { path: '/', verb: 'get' } } }, TokenReview: { spec: { token: 'x' } },
}

/** undefined: none of this kind. */
export const seedOf = (kind: { readonly group: string; readonly kind: string }): object | undefined => SEEDS[`${kind.group}/${kind.kind}`] ?? SEEDS[kind.kind]

/** The kind of the requests' own: widgets.fuzz.example.com. */
export const WIDGETS = {
  apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'widgets.fuzz.example.com' },
  spec: {
    group: 'fuzz.example.com', scope: 'Namespaced', names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, subresources: { status: {}, scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' } }, selectableFields: [{ jsonPath: '.spec.size' }], additionalPrinterColumns: [{ name: 'Rows', type: 'string', jsonPath: '.spec.rows[*]' }] }],
  },
}
