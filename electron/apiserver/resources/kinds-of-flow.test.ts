import { describe, expect, it } from 'vitest'
import { firstLevels, firstSchemas } from '../flowcontrol/first-objects.ts'
import { change, faults, row, withDefaults } from './testing.ts'

const AT = { creationTimestamp: '2026-01-01T00:55:00Z' }

describe('FlowSchema', () => {
  const rule = { subjects: [{ kind: 'Group', group: { name: 'g' } }], resourceRules: [{ verbs: ['get'], apiGroups: ['*'], resources: ['pods'], namespaces: ['a'] }], nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['/a/*'] }] }
  const spec = { priorityLevelConfiguration: { name: 'x' }, rules: [rule] }
  const LABEL = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
  it.each<[string, unknown, string[]]>([
    ['matchingPrecedence', undefined, []],
    ['matchingPrecedence', -1, ['spec.matchingPrecedence: Invalid value: -1: must be a positive value']],
    ['matchingPrecedence', 10_001, ['spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000']],
    ['matchingPrecedence', 1, ["spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1"]],
    ['distinguisherMethod', { type: 'ByHour' }, ['spec.distinguisherMethod.type: Unsupported value: "ByHour": supported values: "ByNamespace", "ByUser"']],
    ['priorityLevelConfiguration', { name: '' }, ['spec.priorityLevelConfiguration.name: Required value: must reference a priority level']],
    ['rules/0/subjects', [], ['spec.rules[0].subjects: Required value: subjects must contain at least one value']],
    ['rules/0', { subjects: rule.subjects }, ['spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty']],
    ['rules/0/subjects/0', { kind: 'User' }, ["spec.rules[0].subjects[0].user: Required value: user is required when subject kind is 'User'"]],
    ['rules/0/subjects/0/user', { name: 'u' }, ["spec.rules[0].subjects[0].user: Forbidden: user is forbidden when subject kind is not 'User'"]],
    ['rules/0/subjects/0', { kind: 'Robot' }, ['spec.rules[0].subjects[0].kind: Unsupported value: "Robot": supported values: "Group", "ServiceAccount", "User"']],
    ['rules/0/subjects/0', { kind: 'ServiceAccount', serviceAccount: { name: '*', namespace: '' } }, ['spec.rules[0].subjects[0].serviceAccount.namespace: Required value: must specify namespace for service account']],
    ['rules/0/resourceRules/0/verbs', ['fly'], ['spec.rules[0].resourceRules[0].verbs: Unsupported value: ["fly"]: supported values: "create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"']],
    ['rules/0/resourceRules/0/verbs', ['get', '*'], ['spec.rules[0].resourceRules[0].verbs: Invalid value: ["get","*"]: if \'*\' is present, must not specify other verbs']],
    ['rules/0/resourceRules/0/apiGroups', [], ['spec.rules[0].resourceRules[0].apiGroups: Required value: resource rules must supply at least one api group']],
    ['rules/0/resourceRules/0/namespaces', [], ['spec.rules[0].resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace']],
    ['rules/0/resourceRules/0/namespaces', ['A'], [`spec.rules[0].resourceRules[0].namespaces[0]: Invalid value: "A": each member of this list must be '*' or a DNS-1123 label; ${LABEL}`]],
    ['rules/0/nonResourceRules/0/nonResourceURLs', ['a', '/a b', '//', '/*a', '/', '/a'], [
      'spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: "a": must start with slash', 'spec.rules[0].nonResourceRules[0].nonResourceURLs[1]: Invalid value: "/a b": must not contain white-space',
      'spec.rules[0].nonResourceRules[0].nonResourceURLs[2]: Invalid value: "//": must not contain double slash', 'spec.rules[0].nonResourceRules[0].nonResourceURLs[3]: Invalid value: "/*a": wildcard can only do suffix matching',
    ]],
  ])('%s %j', (path, value, expected) => expect(faults('FlowSchema', { spec: change(spec, path, value) })).toEqual(expected))
  it('the first ones are valid, and the mandatory among them stay as they are', () => {
    for (const { metadata, spec: first } of firstSchemas) expect(faults('FlowSchema', { metadata: { ...metadata }, spec: structuredClone(first) })).toEqual([])
    expect(faults('FlowSchema', { metadata: { name: 'catch-all' }, spec })).toEqual([expect.stringContaining("spec of 'catch-all' must equal the fixed value")])
  })
  it('shows whether its level is missing', () => {
    expect(row('FlowSchema', withDefaults('FlowSchema', { metadata: AT, spec }))).toEqual(['x', 'x', 1000, '<none>', '5m', '?'])
    expect(row('FlowSchema', withDefaults('FlowSchema', { metadata: AT, spec: { ...spec, distinguisherMethod: { type: 'ByUser' } }, status: { conditions: [{ type: 'Dangling', status: 'True' }] } }))).toEqual(['x', 'x', 1000, 'ByUser', '5m', 'True'])
  })
})

describe('PriorityLevelConfiguration', () => {
  const spec = { type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing: {} } } }
  it('defaults', () => {
    expect(withDefaults('PriorityLevelConfiguration', { spec })['spec']).toEqual({ type: 'Limited', limited: { nominalConcurrencyShares: 30, lendablePercent: 0, limitResponse: { type: 'Queue', queuing: { queues: 64, handSize: 8, queueLengthLimit: 50 } } } })
    expect(withDefaults('PriorityLevelConfiguration', { spec: { type: 'Limited', limited: { nominalConcurrencyShares: 0, limitResponse: { type: 'Reject' } } } })['spec']).toMatchObject({ limited: { nominalConcurrencyShares: 0 } })
  })
  it.each<[string, unknown, string[]]>([
    ['type', 'Limited', []],
    ['type', 'Exempt', ["spec.type: Invalid value: \"Exempt\": type must be 'Exempt' if and only if name is 'exempt'", 'spec.limited: Forbidden: must be nil if the type is not Limited']],
    ['type', 'Some', ['spec.type: Unsupported value: "Some": supported values: "Exempt", "Limited"']],
    ['limited', undefined, ['spec.limited: Required value: must not be empty when type is Limited']],
    ['exempt', {}, ['spec.exempt: Forbidden: must be nil if the type is Limited']],
    ['limited/nominalConcurrencyShares', -1, ['spec.limited.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer']],
    ['limited/lendablePercent', 101, ['spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive']],
    ['limited/borrowingLimitPercent', -1, ['spec.limited.borrowingLimitPercent: Invalid value: -1: if specified, must be a non-negative integer']],
    ['limited/limitResponse', { type: 'Drop' }, ['spec.limited.limitResponse.type: Unsupported value: "Drop": supported values: "Queue", "Reject"']],
    ['limited/limitResponse', { type: 'Queue' }, ['spec.limited.limitResponse.queuing: Required value: must not be empty if limited.limitResponse.type is Limited']],
    ['limited/limitResponse/type', 'Reject', ['spec.limited.limitResponse.queuing: Forbidden: must be nil if limited.limitResponse.type is not Limited']],
    ['limited/limitResponse/queuing', { queues: -1, handSize: -1, queueLengthLimit: -1 }, [
      'spec.limited.limitResponse.queuing.queueLengthLimit: Invalid value: -1: must be positive', 'spec.limited.limitResponse.queuing.queues: Invalid value: -1: must be positive', 'spec.limited.limitResponse.queuing.handSize: Invalid value: -1: must be positive',
    ]],
    ['limited/limitResponse/queuing', { queues: 4 }, ['spec.limited.limitResponse.queuing.handSize: Invalid value: 8: should not be greater than queues (4)']],
    ['limited/limitResponse/queuing', { queues: 20_000_000, handSize: 1 }, ['spec.limited.limitResponse.queuing.queues: Invalid value: 20000000: must not be greater than 10000000']],
    ['limited/limitResponse/queuing', { queues: 1024, handSize: 7 }, ['spec.limited.limitResponse.queuing.handSize: Invalid value: 7: required entropy bits of deckSize 1024 and handSize 7 should not be greater than 60']],
  ])('%s %j', (path, value, expected) => expect(faults('PriorityLevelConfiguration', { spec: change(spec, path, value) })).toEqual(expected))
  it('the first ones are valid, and the mandatory among them stay as they are, but for what the exempt lend', () => {
    for (const { metadata, spec: first } of firstLevels) expect(faults('PriorityLevelConfiguration', { metadata: { ...metadata }, spec: structuredClone(first) })).toEqual([])
    expect(faults('PriorityLevelConfiguration', { metadata: { name: 'catch-all' }, spec })).toEqual([expect.stringContaining("spec of 'catch-all' must equal the fixed value")])
    expect(faults('PriorityLevelConfiguration', { metadata: { name: 'exempt' }, spec: { type: 'Exempt', exempt: { nominalConcurrencyShares: 10, lendablePercent: 50 } } })).toEqual([])
  })
  it('shows its queues', () => {
    expect(row('PriorityLevelConfiguration', withDefaults('PriorityLevelConfiguration', { metadata: AT, spec }))).toEqual(['x', 'Limited', '30', '64', '8', '50', '5m'])
    expect(row('PriorityLevelConfiguration', withDefaults('PriorityLevelConfiguration', { metadata: AT, spec: { type: 'Exempt', exempt: {} } }))).toEqual(['x', 'Exempt', '<none>', '<none>', '<none>', '<none>', '5m'])
  })
})
