/** VolumeAttributesClass: attributes of a volume that may change while it is used, as its driver understands them. */
import type { V1VolumeAttributesClass } from '@kubernetes/client-node'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Wire } from '../../../shared/api/wire.ts'
import type { FieldError } from '../../../shared/errors.ts'
import { field } from '../../../shared/errors.ts'
import { qualifiedName } from '../../../shared/labels.ts'
import { ageColumn, nameColumn, text } from './columns.ts'
import { defineKind } from './kind.ts'
import { equal, say, type Errors } from './validation/common.ts'

type Class = KubeObject & Wire<Omit<V1VolumeAttributesClass, 'apiVersion' | 'kind' | 'metadata'>>

const MAX_PARAMETERS = 512

function validate(object: Class): FieldError[] {
  const errors: Errors = []
  if (!object.driverName) errors.push(field.required('driverName', ''))
  else say(errors, 'driverName', object.driverName, qualifiedName(object.driverName.toLowerCase()))
  const names = Object.keys(object.parameters ?? {})
  if (names.length === 0) errors.push(field.required('parameters', 'must contain at least one key/value pair'))
  else if (names.length > MAX_PARAMETERS) errors.push(field.tooMany('parameters', names.length, MAX_PARAMETERS))
  return errors
}

export const volumeAttributesClass = defineKind<Class>({
  group: 'storage.k8s.io', version: 'v1', kind: 'VolumeAttributesClass', resource: 'volumeattributesclasses', singular: 'volumeattributesclass', shortNames: ['vac'],
  scope: 'Cluster', schema: 'V1VolumeAttributesClass', generation: false,
  strategy: {
    validate,
    validateUpdate: (object, old) => [
      ...(object.driverName === old.driverName ? [] : [field.forbidden('driverName', 'updates to driverName are forbidden.')]),
      ...(equal(object.parameters, old.parameters) ? [] : [field.forbidden('parameters', 'updates to parameters are forbidden.')]),
    ],
  },
  columns: [nameColumn, text<Class>('DriverName', 'Who understands its parameters.', (o) => o.driverName ?? ''), ageColumn],
})
