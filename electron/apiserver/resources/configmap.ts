/** ConfigMap: settings for pods, text (data) and bytes (binaryData). */
import type { ConfigMap } from '../../../shared/api/types.ts'
import { ageColumn, integer, nameColumn } from './columns.ts'
import { defineKind } from './kind.ts'
import { validateConfigMap, validateConfigMapUpdate } from './validation/config.ts'

export const configMap = defineKind<ConfigMap>({
  group: '', version: 'v1', kind: 'ConfigMap', resource: 'configmaps', singular: 'configmap', shortNames: ['cm'],
  scope: 'Namespaced', schema: 'V1ConfigMap', generation: false,
  strategy: { validate: validateConfigMap, validateUpdate: validateConfigMapUpdate },
  columns: [
    nameColumn,
    integer<ConfigMap>('Data', 'Number of entries.', (o) => Object.keys(o.data ?? {}).length + Object.keys(o.binaryData ?? {}).length),
    ageColumn,
  ],
})
