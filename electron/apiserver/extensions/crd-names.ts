/** Whose names are whose: the first definition that asks for a name in its group has it. Pure. Source: apiextensions' naming conditions. */
import type { CustomResourceDefinition } from '../../../shared/api/types.ts'
import { approvalCondition } from './crd-approval.ts'

type Names = CustomResourceDefinition['spec']['names']
export type Condition = NonNullable<NonNullable<CustomResourceDefinition['status']>['conditions']>[number]

/** What a definition says from the moment somebody deletes it. */
export const PENDING = { type: 'Terminating', status: 'True', reason: 'InstanceDeletionPending', message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon' } as const
/** And when its objects are still there long after. */
export const STUCK = { type: 'Terminating', status: 'True', reason: 'InstanceDeletionCheck', message: 'could not confirm zero CustomResources remaining: context deadline exceeded' } as const

export interface NamesVerdict {
  readonly accepted: Names
  /** NamesAccepted as it should be, without its time. */
  readonly condition: Omit<Condition, 'lastTransitionTime'>
}

const resourcesOf = (names: Names): string[] => [names.plural, names.singular ?? '', ...(names.shortNames ?? [])].filter(Boolean)
const kindsOf = (names: Names): string[] => [names.kind, names.listKind ?? ''].filter(Boolean)

/** @param others the accepted names of all other definitions of the group */
export function decideNames(definition: CustomResourceDefinition, others: readonly Names[]): NamesVerdict {
  const { names } = definition.spec
  const before = definition.status?.acceptedNames
  const resources = new Set(others.flatMap(resourcesOf))
  const kinds = new Set(others.flatMap(kindsOf))
  const accepted: Names = { plural: before?.plural ?? '', kind: before?.kind ?? '', ...before }
  // Of several conflicts the last is told.
  let conflict: { reason: string; message: string } | undefined
  const inUse = (name: string): string => `${JSON.stringify(name)} is already in use`
  const decide = <K extends 'plural' | 'singular' | 'kind' | 'listKind'>(name: K, taken: ReadonlySet<string>, reason: string): void => {
    const wanted = names[name]
    if (wanted && wanted !== before?.[name] && taken.has(wanted)) conflict = { reason, message: inUse(wanted) }
    else accepted[name] = wanted as Names[K]
  }
  decide('plural', resources, 'PluralConflict')
  decide('singular', resources, 'SingularConflict')
  const bad = (names.shortNames ?? []).filter((n) => !before?.shortNames?.includes(n) && resources.has(n)).map(inUse)
  if (bad.length) conflict = { reason: 'ShortNamesConflict', message: bad.length > 1 ? `[${[...new Set(bad)].join(', ')}]` : (bad[0] as string) }
  else if (names.shortNames) accepted.shortNames = names.shortNames
  else delete accepted.shortNames
  decide('kind', kinds, 'KindConflict')
  decide('listKind', kinds, 'ListKindConflict')
  if (names.categories) accepted.categories = names.categories
  else delete accepted.categories
  return {
    accepted,
    condition: conflict ? { type: 'NamesAccepted', status: 'False', ...conflict } : { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
  }
}

/** The conditions with `condition` in its place; its time is that of the last change of its status. */
export function withCondition(conditions: readonly Condition[], condition: Omit<Condition, 'lastTransitionTime'>, now: string): Condition[] {
  const before = conditions.find((c) => c.type === condition.type)
  const next = { ...condition, lastTransitionTime: before?.status === condition.status ? (before.lastTransitionTime ?? now) : now }
  return before ? conditions.map((c) => (c === before ? next : c)) : [...conditions, next]
}

/** A definition's status once its names have been looked at. */
export function decideStatus(definition: CustomResourceDefinition, others: readonly Names[], now: string): NonNullable<CustomResourceDefinition['status']> {
  const { accepted, condition } = decideNames(definition, others)
  const before = definition.status
  let conditions = withCondition(before?.conditions ?? [], condition, now)
  const established = conditions.find((c) => c.type === 'Established')
  // Once established, a definition stays so: its objects are there.
  if (established?.status !== 'True') {
    conditions = withCondition(conditions, condition.status === 'True'
      ? { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' }
      : { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' }, now)
  }
  const approval = approvalCondition(definition)
  if (approval) conditions = withCondition(conditions, approval, now)
  if (definition.metadata.deletionTimestamp && !conditions.some((c) => c.type === 'Terminating' && c.status === 'True' && c.reason !== PENDING.reason)) {
    conditions = withCondition(conditions, { type: 'Terminating', status: 'True', reason: 'InstanceDeletionInProgress', message: 'CustomResource deletion is in progress' }, now)
  }
  return { ...before, acceptedNames: accepted, conditions, storedVersions: before?.storedVersions ?? [] }
}
