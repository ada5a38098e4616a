import { describe, expect, it } from 'vitest'
import type { CustomResourceDefinition } from '../../../shared/api/types.ts'
import { decideNames, decideStatus, PENDING, STUCK } from './crd-names.ts'

type Names = CustomResourceDefinition['spec']['names']
const names = (more: Partial<Names> = {}): Names => ({ plural: 'tabs', singular: 'tab', kind: 'Tab', listKind: 'TabList', shortNames: ['t', 'tt'], ...more })
const definition = (accepted?: Names, more: object = {}): CustomResourceDefinition => ({ metadata: { name: 'tabs.example.com' }, spec: { names: names() }, ...(accepted ? { status: { acceptedNames: accepted } } : {}), ...more }) as unknown as CustomResourceDefinition

describe('the names of a definition', () => {
  it.each<[string, Names | undefined, Partial<Names>[], string, string]>([
    ['are nobody\'s', undefined, [], 'NoConflicts', 'no conflicts found'],
    ['have a short one too many', undefined, [{ plural: 't' }], 'ShortNamesConflict', '"t" is already in use'],
    ['have two', undefined, [{ plural: 't', singular: 'tt' }], 'ShortNamesConflict', '["t" is already in use, "tt" is already in use]'],
    ['clash in several ways: the last is told', undefined, [{ plural: 'tabs', kind: 'Tab' }], 'KindConflict', '"Tab" is already in use'],
    ['were accepted before, and stay so', names(), [{ plural: 'tabs', singular: 'tab', kind: 'Tab', shortNames: ['t'] }], 'NoConflicts', 'no conflicts found'],
  ])('%s', (_what, accepted, others, reason, message) => expect(decideNames(definition(accepted), others as Names[]).condition).toMatchObject({ reason, message }))
  it('that are free are accepted though others are not', () => expect(decideNames(definition(), [{ plural: 'x', kind: 'Tab' } as Names]).accepted).toEqual({ ...names(), kind: '' }))
})

it('the end of a definition is told step by step', () => {
  const ending = (conditions: object[]): object | undefined => decideStatus(definition(names(), { metadata: { name: 'x', deletionTimestamp: '2026-01-01T00:00:00Z' }, status: { acceptedNames: names(), storedVersions: [], conditions } }), [], '2026-01-02T00:00:00Z').conditions?.find((c) => c.type === 'Terminating')
  expect(ending([PENDING])).toMatchObject({ status: 'True', reason: 'InstanceDeletionInProgress' })
  expect(ending([])).toMatchObject({ reason: 'InstanceDeletionInProgress' })
  expect(ending([STUCK])).toMatchObject({ reason: 'InstanceDeletionCheck' })
})
