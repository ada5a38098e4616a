/** MutatingWebhookConfiguration and ValidatingWebhookConfiguration: whom the server asks before it writes. */
import type { MutatingWebhookConfiguration, ValidatingWebhookConfiguration } from '../../../shared/api/types.ts'
import { ageColumn, integer, nameColumn } from './columns.ts'
import { defineKind } from './kind.ts'
import { createExpressionsCheck } from './validation/expressions.ts'
import { validateWebhooks } from './validation/webhooks.ts'

type Configuration = MutatingWebhookConfiguration | ValidatingWebhookConfiguration
const expressions = createExpressionsCheck()

function defaults(draft: Configuration, mutating: boolean): void {
  for (const hook of draft.webhooks ?? []) {
    hook.failurePolicy ??= 'Fail'
    hook.matchPolicy ??= 'Equivalent'
    hook.namespaceSelector ??= {}
    hook.objectSelector ??= {}
    hook.timeoutSeconds ??= 10
    if (mutating && 'reinvocationPolicy' in hook === false) Object.assign(hook, { reinvocationPolicy: 'Never' })
    for (const rule of hook.rules ?? []) rule.scope ??= '*'
    if (hook.clientConfig?.service) hook.clientConfig.service.port ??= 443
  }
}

const validate = (object: Configuration) => [...validateWebhooks(object), ...expressions.webhooks(object)]
const hooks = <T extends Configuration>() => integer<T>('Webhooks', 'How many webhooks it names.', (o) => o.webhooks?.length ?? 0)
const needsExpressions = (): Promise<void> | undefined => expressions.load()

export const mutatingWebhookConfiguration = defineKind<MutatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io', version: 'v1', kind: 'MutatingWebhookConfiguration', resource: 'mutatingwebhookconfigurations', singular: 'mutatingwebhookconfiguration', categories: ['api-extensions'],
  scope: 'Cluster', schema: 'V1MutatingWebhookConfiguration', generation: true, ready: needsExpressions,
  strategy: { conditionalUpdate: true, defaults: (draft) => defaults(draft, true), validate },
  columns: [nameColumn, hooks<MutatingWebhookConfiguration>(), ageColumn],
})

export const validatingWebhookConfiguration = defineKind<ValidatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io', version: 'v1', kind: 'ValidatingWebhookConfiguration', resource: 'validatingwebhookconfigurations', singular: 'validatingwebhookconfiguration', categories: ['api-extensions'],
  scope: 'Cluster', schema: 'V1ValidatingWebhookConfiguration', generation: true, ready: needsExpressions,
  strategy: { conditionalUpdate: true, defaults: (draft) => defaults(draft, false), validate },
  columns: [nameColumn, hooks<ValidatingWebhookConfiguration>(), ageColumn],
})
