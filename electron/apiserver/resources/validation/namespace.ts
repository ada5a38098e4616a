/** Namespaces: their name is checked by the registry; finalizers must be somebody's. */
import type { Namespace } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { qualifiedName } from '../../../../shared/labels.ts'
import { say } from './common.ts'

const STANDARD = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

export function validateNamespace(object: Namespace): FieldError[] {
  const errors: FieldError[] = []
  object.spec?.finalizers?.forEach((name) => {
    const path = 'spec.finalizers'
    const faults = qualifiedName(name)
    say(errors, path, name, faults)
    if (faults.length === 0 && !name.includes('/') && !STANDARD.has(name)) errors.push(field.invalid(path, name, 'name is neither a standard finalizer name nor is it fully qualified'))
  })
  return errors
}

/** One that is going says so, and no other does. The path is upstream's. */
export function validateNamespaceStatus(object: Namespace): FieldError[] {
  const phase = object.status?.phase ?? ''
  const [wanted, when] = object.metadata.deletionTimestamp ? ['Terminating', 'not empty'] : ['Active', 'empty']
  return phase === wanted ? [] : [field.invalid('status.Phase', phase, `may only be '${wanted}' if \`deletionTimestamp\` is ${when}`)]
}
