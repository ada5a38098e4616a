/** Secret: like a ConfigMap, with values in base64 and a type that says which keys it must have. */
import type { Secret } from '../../../shared/api/types.ts'
import { ageColumn, integer, nameColumn, text } from './columns.ts'
import { defineKind } from './kind.ts'
import { validateSecret, validateSecretUpdate } from './validation/config.ts'
import { secretWarnings } from './warnings/others.ts'

export const secret = defineKind<Secret>({
  group: '', version: 'v1', kind: 'Secret', resource: 'secrets', singular: 'secret',
  scope: 'Namespaced', schema: 'V1Secret', generation: false,
  selectableFields: { type: (o) => o.type ?? '' },
  strategy: {
    defaults(draft) {
      draft.type ||= 'Opaque'
      if (draft.stringData) {
        // Written as text, stored as base64, never read back.
        const data: Record<string, string> = { ...draft.data }
        for (const [key, value] of Object.entries(draft.stringData)) data[key] = Buffer.from(value, 'utf8').toString('base64')
        draft.data = data
        delete draft.stringData
      }
    },
    validate: validateSecret,
    validateUpdate: validateSecretUpdate,
    warnings: secretWarnings,
  },
  columns: [
    nameColumn,
    text<Secret>('Type', 'What the secret is for.', (o) => o.type ?? ''),
    integer<Secret>('Data', 'Number of entries.', (o) => Object.keys(o.data ?? {}).length),
    ageColumn,
  ],
})
