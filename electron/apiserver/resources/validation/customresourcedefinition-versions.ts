/** The part of a CustomResourceDefinition's validation that needs the expression and pattern engines: loaded when one is written. */
import type { CustomResourceDefinition } from '../../../../shared/api/types.ts'
import { internalError, type FieldError } from '../../../../shared/errors.ts'

type Check = (object: CustomResourceDefinition, old?: CustomResourceDefinition) => FieldError[]

/** `load` before `check`. */
export function createVersionsCheck(): { load(): Promise<void> | undefined; check: Check } {
  let check: Check | undefined
  let loading: Promise<void> | undefined
  return {
    load: () => (check ? undefined : (loading ??= import('../../extensions/validate-versions.ts').then((m) => { check = m.validateVersionSchemas }).finally(() => { loading = undefined }))),
    check(object, old) {
      if (!check) throw internalError(new Error('the validation of schemas has not been loaded'))
      return check(object, old)
    },
  }
}
