/** Kinds by which a cluster is extended and guarded. */
// oxlint-disable-next-line no-restricted-imports -- a helper of tests, which imports no room
import { makeRequest } from '../../../controllers/testing-certificates.ts'
import { type KindCase } from './case.ts'

const RULE = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }
const ADMISSION = 'admissionregistration.k8s.io/v1'
const HOOK = { name: 'a.b.c', admissionReviewVersions: ['v1'], sideEffects: 'None', clientConfig: { service: { name: 's', namespace: 'n' } }, rules: [RULE] }
const HOOK_DEFAULTS = {
  'webhooks.0.clientConfig.service.port': 443, 'webhooks.0.rules.0.scope': '*', 'webhooks.0.failurePolicy': 'Fail', 'webhooks.0.matchPolicy': 'Equivalent', 'webhooks.0.namespaceSelector': {}, 'webhooks.0.objectSelector': {}, 'webhooks.0.timeoutSeconds': 10,
}
const POLICY_DEFAULTS = { 'spec.failurePolicy': 'Fail', 'spec.matchConstraints.matchPolicy': 'Equivalent', 'spec.matchConstraints.namespaceSelector': {}, 'spec.matchConstraints.objectSelector': {}, 'spec.matchConstraints.resourceRules.0.scope': '*' }
const CONDITION = { type: 'A', status: 'True', reason: 'R', message: 'm', lastTransitionTime: '2026-01-01T00:00:00Z' }
const REQUEST = Buffer.from(await makeRequest('CN=u')).toString('base64')
const names = { plural: 'as', kind: 'A' }

export const extensions: KindCase[] = [
  {
    kind: 'certificates.k8s.io/v1 CertificateSigningRequest', given: { spec: { request: REQUEST, signerName: 'example.com/s', usages: ['client auth'] } },
    defaults: { 'spec.username': 'admin', 'spec.groups': ['system:masters', 'system:authenticated'] }, columns: 'Name|Age|SignerName|Requestor|RequestedDuration|Condition', generation: false, status: { conditions: [{ ...CONDITION, type: 'Failed' }] },
  },
  {
    kind: `${ADMISSION} MutatingWebhookConfiguration`, given: { webhooks: [HOOK] }, defaults: { ...HOOK_DEFAULTS, 'webhooks.0.reinvocationPolicy': 'Never' }, columns: 'Name|Webhooks|Age', generation: true, change: ['webhooks.0.timeoutSeconds', 5],
  },
  { kind: `${ADMISSION} ValidatingWebhookConfiguration`, given: { webhooks: [HOOK] }, defaults: HOOK_DEFAULTS, columns: 'Name|Webhooks|Age', generation: true, change: ['webhooks.0.timeoutSeconds', 5] },
  {
    kind: `${ADMISSION} ValidatingAdmissionPolicy`, given: { spec: { matchConstraints: { resourceRules: [RULE] }, validations: [{ expression: 'true' }] } }, defaults: POLICY_DEFAULTS, columns: 'Name|Validations|ParamKind|Age', generation: true,
    change: ['spec.failurePolicy', 'Ignore'], status: { observedGeneration: 1, conditions: [CONDITION] },
  },
  { kind: `${ADMISSION} ValidatingAdmissionPolicyBinding`, given: { spec: { policyName: 'p', validationActions: ['Deny'] } }, columns: 'Name|PolicyName|ParamRef|Age', generation: true, change: ['spec.policyName', 'q'] },
  {
    kind: `${ADMISSION} MutatingAdmissionPolicy`, given: { spec: { reinvocationPolicy: 'Never', matchConstraints: { resourceRules: [RULE] }, mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{}' } }] } },
    defaults: POLICY_DEFAULTS, columns: 'Name|Mutations|ParamKind|Age', generation: true, change: ['spec.failurePolicy', 'Ignore'],
  },
  { kind: `${ADMISSION} MutatingAdmissionPolicyBinding`, given: { spec: { policyName: 'p' } }, columns: 'Name|PolicyName|ParamRef|Age', generation: true, change: ['spec.policyName', 'q'] },
  {
    kind: 'apiextensions.k8s.io/v1 CustomResourceDefinition', name: 'as.x.io', given: { spec: { group: 'x.io', scope: 'Namespaced', names, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }] } },
    defaults: { 'spec.names.singular': 'a', 'spec.names.listKind': 'AList', 'spec.conversion': { strategy: 'None' }, 'status.conditions': '*', 'status.acceptedNames': '*', 'status.storedVersions': ['v1'] }, columns: 'Name|Created At', generation: true,
    change: ['spec.names.shortNames', ['q']],
    frozen: [['spec.group', 'z.io', ['spec.group: Invalid value: "z.io": field is immutable']]],
  },
  {
    kind: 'apiregistration.k8s.io/v1 APIService', name: 'v1.y.io', given: { spec: { group: 'y.io', version: 'v1', groupPriorityMinimum: 100, versionPriority: 10, insecureSkipTLSVerify: true, service: { name: 's', namespace: 'n' } } }, defaults: { 'spec.service.port': 443 },
    columns: 'Name|Service|Available|Age', generation: false, change: ['spec.versionPriority', 11],
  },
  {
    kind: 'flowcontrol.apiserver.k8s.io/v1 FlowSchema', given: { spec: { priorityLevelConfiguration: { name: 'p' } } }, defaults: { 'spec.matchingPrecedence': 1000 }, columns: 'Name|PriorityLevel|MatchingPrecedence|DistinguisherMethod|Age|MissingPL', generation: true,
    change: ['spec.matchingPrecedence', 9], status: { conditions: [CONDITION] },
  },
  {
    kind: 'flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration', given: { spec: { type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing: {} } } } },
    defaults: { 'spec.limited.nominalConcurrencyShares': 30, 'spec.limited.lendablePercent': 0, 'spec.limited.limitResponse.queuing': { queues: 64, handSize: 8, queueLengthLimit: 50 } },
    columns: 'Name|Type|NominalConcurrencyShares|Queues|HandSize|QueueLengthLimit|Age', generation: true, change: ['spec.limited.nominalConcurrencyShares', 9], status: { conditions: [CONDITION] },
  },
]
