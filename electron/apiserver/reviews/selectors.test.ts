import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../testing.ts'
import type { Attributes } from '../types.ts'
import { fieldSelectorText, selectorFaults, selectorNotes, type SelectorAttributes } from './selectors.ts'

describe('selectors in a question', () => {
  it.each<[string, SelectorAttributes, readonly string[]]>([
    ['raw', { rawSelector: 'a=b' }, []], ['requirements', { requirements: [{ key: 'a', operator: 'In', values: ['b'] }, { key: 'c', operator: 'Exists' }] }, []],
    ['both', { rawSelector: 'a', requirements: [{ key: 'a', operator: 'Exists' }] }, ['p.rawSelector: Invalid value: "a": may not specified at the same time as requirements']],
    ['neither', {}, ['p.requirements: Required value: when p is specified, requirements or rawSelector is required']],
    ['no key, no values, no operator', { requirements: [{ operator: 'In' }, { key: 'a', operator: 'Exists', values: ['x'] }, { key: 'a', operator: 'Like' }] }, ['p.requirements[0].key: Required value: must be specified', 'p.requirements[0].values: Required value: must be specified when `operator` is \'In\' or \'NotIn\'', 'p.requirements[1].values: Forbidden: may not be specified when `operator` is \'Exists\' or \'DoesNotExist\'', 'p.requirements[2].operator: Invalid value: "Like": not a valid selector operator']],
  ])('%s', (_name, selector, faults) => expect(selectorFaults(selector, 'p').map((e) => `${e.field}: ${e.message}`)).toEqual(faults))
  it.each<[string, { fieldSelector?: SelectorAttributes; labelSelector?: SelectorAttributes }, string]>([
    ['what is understood', { fieldSelector: { rawSelector: 'spec.nodeName=n' }, labelSelector: { rawSelector: 'a in (b,c)' } }, ''],
    ['no field selector', { fieldSelector: { rawSelector: 'a' } }, 'spec.resourceAttributes.fieldSelector ignored due to parse error'],
    ['no label selector', { labelSelector: { rawSelector: 'a in b' } }, 'spec.resourceAttributes.labelSelector ignored due to parse error'],
    ['what a field selector cannot say', { fieldSelector: { requirements: [{ key: 'a', operator: 'In', values: ['b'] }, { key: 'c', operator: 'Exists' }] } }, 'spec.resourceAttributes.fieldSelector partially ignored due to parse error'],
    ['both', { fieldSelector: { requirements: [{ key: 'c', operator: 'Exists' }] }, labelSelector: { requirements: [{ key: '-', operator: 'Exists' }, { key: 'c', operator: 'Exists' }] } }, 'spec.resourceAttributes.fieldSelector ignored due to parse error; spec.resourceAttributes.labelSelector partially ignored due to parse error'],
  ])('%s', (_name, selectors, note) => expect(selectorNotes(selectors)).toBe(note))
  it('as they would stand in a request', () => {
    expect(fieldSelectorText({ requirements: [{ key: 'a', operator: 'In', values: ['b'] }, { key: 'c', operator: 'NotIn', values: ['d'] }, { key: 'e', operator: 'Exists' }] })).toBe('a=b,c!=d')
  })
})

describe('a review', () => {
  let world: World
  const asked: Attributes[] = []
  // Whoever is asked about is asked with the selector; a policy of another kind need not look at it.
  beforeAll(async () => {
    world = await startWorld({ authorizer: { authorize: (attributes) => { asked.push(attributes); return { allowed: attributes.user.name !== 'joe' || attributes.fieldSelector === 'spec.nodeName=n', reason: '' } } } })
  })
  afterAll(() => world.close())
  const about = async (fieldSelector?: SelectorAttributes) => (await world.ask('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', { spec: { user: 'joe', resourceAttributes: { verb: 'list', resource: 'pods', ...(fieldSelector ? { fieldSelector } : {}) } } })).body.status
  it('hands the selector to the authorizer, and says which it could not read', async () => {
    expect(await about()).toEqual({ allowed: false })
    expect(await about({ rawSelector: 'spec.nodeName=n' })).toEqual({ allowed: true })
    expect(await about({ requirements: [{ key: 'spec.nodeName', operator: 'In', values: ['n'] }, { key: 'x', operator: 'Exists' }] })).toEqual({ allowed: true, evaluationError: 'spec.resourceAttributes.fieldSelector partially ignored due to parse error' })
    expect(asked.at(-1)).toMatchObject({ user: { name: 'joe' }, verb: 'list', resource: 'pods', fieldSelector: 'spec.nodeName=n' })
  })
})
