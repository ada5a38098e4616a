/**
 * The priority levels and flow schemas that every cluster has. Two of each are mandatory: they cannot be changed, and come
 * again when they are deleted; the others are suggestions, whose specs a user may change.
 * Source: Kubernetes documentation, "API Priority and Fairness: default configuration".
 */
import type { FlowSchema } from '../resources/flowschema.ts'
import type { PriorityLevelConfiguration } from '../resources/prioritylevelconfiguration.ts'

type SchemaSpec = NonNullable<FlowSchema['spec']>
type Rule = NonNullable<SchemaSpec['rules']>[number]
type ResourceRule = NonNullable<Rule['resourceRules']>[number]
type Subject = Rule['subjects'][number]
type LevelSpec = NonNullable<PriorityLevelConfiguration['spec']>

const API_VERSION = 'flowcontrol.apiserver.k8s.io/v1'
/** `true`: the spec is the server's to keep up to date; `false`: it is the user's. */
export const AUTO_UPDATE = 'apf.kubernetes.io/autoupdate-spec'
const metadata = (name: string): FlowSchema['metadata'] => ({ name, annotations: { [AUTO_UPDATE]: 'true' } })

function level(name: string, shares: number, lendablePercent: number, queues?: readonly [queues: number, handSize: number]): PriorityLevelConfiguration {
  const limitResponse = queues ? { type: 'Queue', queuing: { queues: queues[0], handSize: queues[1], queueLengthLimit: 50 } } : { type: 'Reject' }
  const spec: LevelSpec = { type: 'Limited', limited: { nominalConcurrencyShares: shares, lendablePercent, limitResponse } }
  return { apiVersion: API_VERSION, kind: 'PriorityLevelConfiguration', metadata: metadata(name), spec }
}

const exemptLevel: PriorityLevelConfiguration = {
  apiVersion: API_VERSION, kind: 'PriorityLevelConfiguration', metadata: metadata('exempt'),
  spec: { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } },
}
const catchAllLevel = level('catch-all', 5, 0)

export const firstLevels: readonly PriorityLevelConfiguration[] = [
  exemptLevel, catchAllLevel,
  level('global-default', 20, 50, [128, 6]),
  level('leader-election', 10, 0, [16, 4]),
  level('node-high', 40, 25, [64, 6]),
  level('system', 30, 33, [64, 6]),
  level('workload-high', 40, 50, [128, 6]),
  level('workload-low', 100, 90, [128, 6]),
]

const ALL = ['*']
const users = (...names: string[]): Subject[] => names.map((name) => ({ kind: 'User', user: { name } }))
const groups = (...names: string[]): Subject[] => names.map((name) => ({ kind: 'Group', group: { name } }))
const systemAccounts = (...names: string[]): Subject[] => names.map((name) => ({ kind: 'ServiceAccount', serviceAccount: { namespace: 'kube-system', name } }))

const anything: Pick<Rule, 'resourceRules' | 'nonResourceRules'> = {
  resourceRules: [{ verbs: ALL, apiGroups: ALL, resources: ALL, clusterScope: true, namespaces: ALL }],
  nonResourceRules: [{ verbs: ALL, nonResourceURLs: ALL }],
}
const all = (subjects: Subject[]): Rule => ({ subjects, ...anything })
const claims = (group: string, resource: string): ResourceRule => ({ verbs: ['get', 'create', 'update'], apiGroups: [group], resources: [resource], namespaces: ALL })
const leases = claims('coordination.k8s.io', 'leases')

function schema(name: string, levelName: string, matchingPrecedence: number, by: 'ByUser' | 'ByNamespace' | undefined, rule: Rule): FlowSchema {
  const spec: SchemaSpec = { priorityLevelConfiguration: { name: levelName }, matchingPrecedence, ...(by ? { distinguisherMethod: { type: by } } : {}), rules: [rule] }
  return { apiVersion: API_VERSION, kind: 'FlowSchema', metadata: metadata(name), spec }
}

const EVERYBODY = groups('system:unauthenticated', 'system:authenticated')
const exemptSchema = schema('exempt', 'exempt', 1, undefined, all(groups('system:masters')))
const catchAllSchema = schema('catch-all', 'catch-all', 10_000, 'ByUser', all(EVERYBODY))

export const firstSchemas: readonly FlowSchema[] = [
  exemptSchema,
  schema('probes', 'exempt', 2, undefined, { subjects: EVERYBODY, nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }] }),
  schema('system-leader-election', 'leader-election', 100, 'ByUser', { subjects: users('system:kube-controller-manager', 'system:kube-scheduler'), resourceRules: [leases] }),
  schema('endpoint-controller', 'workload-high', 150, 'ByUser', {
    subjects: [...users('system:kube-controller-manager'), ...systemAccounts('endpoint-controller', 'endpointslicemirroring-controller')], resourceRules: [claims('', 'endpoints')],
  }),
  schema('workload-leader-election', 'leader-election', 200, 'ByUser', { subjects: systemAccounts('*'), resourceRules: [leases] }),
  schema('system-node-high', 'node-high', 400, 'ByUser', {
    subjects: groups('system:nodes'),
    resourceRules: [
      { verbs: ALL, apiGroups: [''], resources: ['nodes', 'nodes/status'], clusterScope: true, namespaces: ALL },
      { verbs: ALL, apiGroups: ['coordination.k8s.io'], resources: ['leases'], namespaces: ALL },
    ],
  }),
  schema('system-nodes', 'system', 500, 'ByUser', all(groups('system:nodes'))),
  schema('kube-controller-manager', 'workload-high', 800, 'ByNamespace', all(users('system:kube-controller-manager'))),
  schema('kube-scheduler', 'workload-high', 800, 'ByNamespace', all(users('system:kube-scheduler'))),
  schema('kube-system-service-accounts', 'workload-high', 900, 'ByNamespace', all(systemAccounts('*'))),
  schema('service-accounts', 'workload-low', 9000, 'ByUser', all(groups('system:serviceaccounts'))),
  schema('global-default', 'global-default', 9900, 'ByUser', all(EVERYBODY)),
  catchAllSchema,
]

const fixed: readonly (FlowSchema | PriorityLevelConfiguration)[] = [exemptLevel, catchAllLevel, exemptSchema, catchAllSchema]
/** What an object of this kind and name has to be; undefined: it may be anything. */
export const mandatory = (kind: 'FlowSchema' | 'PriorityLevelConfiguration', name: string): FlowSchema | PriorityLevelConfiguration | undefined =>
  fixed.find((o) => o.kind === kind && o.metadata.name === name)
