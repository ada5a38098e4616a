/** CustomResourceDefinition: a kind that users define. What it says of its schemas is checked by code that is loaded with the first one. */
import type { CustomResourceDefinition } from '../../../shared/api/types.ts'
import { rfc3339 } from '../../../shared/clock.ts'
import { PENDING, withCondition } from '../extensions/crd-names.ts'
import { nameColumn, createdAtColumn } from './columns.ts'
import { defineKind } from './kind.ts'
import { acceptedNames, validateDefinition, validateDefinitionUpdate } from './validation/customresourcedefinition.ts'
import { createVersionsCheck } from './validation/customresourcedefinition-versions.ts'
import { formatWarnings } from './warnings/formats.ts'

export const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io'
const versions = createVersionsCheck()

/** A status that lists the version which is stored, and those that once were. */
function rememberStorage(draft: CustomResourceDefinition): void {
  const stored = draft.spec.versions?.find((v) => v.storage)?.name
  const known = draft.status?.storedVersions ?? []
  if (!stored || known.includes(stored)) return
  draft.status = { conditions: [], acceptedNames: { plural: '', kind: '' }, ...draft.status, storedVersions: [...known, stored] }
}

export const customResourceDefinition = defineKind<CustomResourceDefinition>({
  group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition', resource: 'customresourcedefinitions', singular: 'customresourcedefinition', shortNames: ['crd', 'crds'], categories: ['api-extensions'],
  scope: 'Cluster', schema: 'V1CustomResourceDefinition', status: true, generation: true,
  ready: () => versions.load(),
  strategy: {
    conditionalUpdate: true,
    defaults(draft) {
      const { names } = (draft.spec ??= {} as CustomResourceDefinition['spec'])
      if (names?.kind) {
        names.singular ||= names.kind.toLowerCase()
        names.listKind ||= `${names.kind}List`
      }
      draft.spec.conversion ??= { strategy: 'None' }
      const webhook = draft.spec.conversion.webhook?.clientConfig?.service
      if (webhook) webhook.port ??= 443
    },
    prepareForCreate(draft) {
      delete draft.status
      rememberStorage(draft)
    },
    prepareForUpdate: (draft) => rememberStorage(draft),
    validate: (object, { old }) => [...validateDefinition(object, old as CustomResourceDefinition | undefined), ...versions.check(object, old as CustomResourceDefinition | undefined)],
    validateUpdate: validateDefinitionUpdate,
    warnings: formatWarnings,
    validateStatusUpdate: acceptedNames,
    finalizersOnDeletion: () => [CLEANUP],
    prepareForDeletion(draft, now) {
      draft.status = { acceptedNames: { plural: '', kind: '' }, storedVersions: [], ...draft.status, conditions: withCondition(draft.status?.conditions ?? [], PENDING, rfc3339(now)) }
    },
  },
  columns: [nameColumn, createdAtColumn],
})
