/** The part of validation that compiles expressions; the engine for it is loaded when the first is written. */
import type * as checks from '../../admission/check-expressions.ts'
import { internalError, type FieldError } from '../../../../shared/errors.ts'
import type { KubeObject } from '../../../../shared/api/meta.ts'

type Module = typeof checks

/** `load` before any check. One engine for all. */
export function createExpressionsCheck(): { load(): Promise<void> | undefined; webhooks(object: KubeObject): FieldError[]; policy(object: KubeObject): FieldError[]; mutation(object: KubeObject): FieldError[] } {
  let found: Module | undefined
  const loaded = (): Module => {
    if (!found) throw internalError(new Error('the expression engine has not been loaded'))
    return found
  }
  return {
    load: () => (found ? undefined : import('../../admission/check-expressions.ts').then((module) => { found = module })),
    webhooks: (object) => loaded().checkWebhookExpressions(object),
    mutation: (object) => loaded().checkMutationExpressions(object),
    policy: (object) => loaded().checkPolicyExpressions(object),
  }
}
