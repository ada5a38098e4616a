/** StorageClass: a kind of storage, and who makes volumes of it. */
import type { StorageClass } from '../../../shared/api/types.ts'
import type { FieldError } from '../../../shared/errors.ts'
import { field } from '../../../shared/errors.ts'
import { qualifiedName } from '../../../shared/labels.ts'
import { ageColumn, nameColumn, text } from './columns.ts'
import { defineKind } from './kind.ts'
import { equal, oneOf, optionalOneOf, say, type Errors } from './validation/common.ts'
import { storageClassWarnings } from './warnings/others.ts'

const MAX_PARAMETERS = 512
const MAX_PARAMETER_BYTES = 256 * 1024
export const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class'
const OLD_DEFAULT_CLASS = 'storageclass.beta.kubernetes.io/is-default-class'

/** Whether claims that name no class get this one. */
export const isDefaultClass = (o: StorageClass): boolean => [DEFAULT_CLASS, OLD_DEFAULT_CLASS].some((name) => o.metadata.annotations?.[name] === 'true')

type Topology = NonNullable<StorageClass['allowedTopologies']>[number]
const asMap = ({ matchLabelExpressions = [] }: Topology): object => Object.fromEntries(matchLabelExpressions.map(({ key, values }) => [key, (values ?? []).toSorted()]))
/** Whatever the order of their keys and values. */
const sameTopology = (a: Topology, b: Topology): boolean => equal(asMap(a), asMap(b))

function validate(object: StorageClass): FieldError[] {
  const errors: Errors = []
  if (!object.provisioner) errors.push(field.required('provisioner', object.provisioner ?? ''))
  else say(errors, 'provisioner', object.provisioner, qualifiedName(object.provisioner.toLowerCase()))
  const parameters = Object.entries(object.parameters ?? {})
  if (parameters.length > MAX_PARAMETERS) errors.push(field.tooLong('parameters', MAX_PARAMETERS))
  if (parameters.some(([name]) => name === '')) errors.push(field.invalid('parameters', '', 'field can not be empty.'))
  if (parameters.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0) > MAX_PARAMETER_BYTES) errors.push(field.tooLong('parameters', MAX_PARAMETER_BYTES))
  optionalOneOf(errors, 'reclaimPolicy', object.reclaimPolicy, ['Delete', 'Retain'])
  oneOf(errors, 'volumeBindingMode', object.volumeBindingMode, ['Immediate', 'WaitForFirstConsumer'])
  object.allowedTopologies?.forEach((term, i, all) => {
    const keys = new Set<string>()
    term.matchLabelExpressions?.forEach(({ key, values = [] }, j) => {
      const at = `allowedTopologies[${i}].matchLabelExpressions[${j}]`
      if (!values.length) errors.push(field.required(`${at}.values`))
      values.forEach((value, k) => {
        if (values.indexOf(value) !== k) errors.push(field.duplicate(`${at}.values[${k}]`, value))
      })
      say(errors, `${at}.key`, key ?? '', qualifiedName(key ?? ''))
      if (keys.has(key)) errors.push(field.duplicate(`${at}.key`, key))
      keys.add(key)
    })
    if (all.slice(0, i).some((other) => sameTopology(other, term))) errors.push(field.duplicate(`allowedTopologies[${i}].matchLabelExpressions`, ''))
  })
  return errors
}

function validateUpdate(object: StorageClass, old: StorageClass): FieldError[] {
  const errors: Errors = []
  if (!equal(object.parameters ?? {}, old.parameters ?? {})) errors.push(field.forbidden('parameters', 'updates to parameters are forbidden.'))
  if (object.provisioner !== old.provisioner) errors.push(field.forbidden('provisioner', 'updates to provisioner are forbidden.'))
  if (object.reclaimPolicy !== old.reclaimPolicy) errors.push(field.forbidden('reclaimPolicy', 'updates to reclaimPolicy are forbidden.'))
  if (object.volumeBindingMode !== old.volumeBindingMode) errors.push(field.invalid('volumeBindingMode', object.volumeBindingMode, 'field is immutable'))
  return errors
}

export const storageClass = defineKind<StorageClass>({
  group: 'storage.k8s.io', version: 'v1', kind: 'StorageClass', resource: 'storageclasses', singular: 'storageclass', shortNames: ['sc'],
  scope: 'Cluster', schema: 'V1StorageClass', generation: false,
  strategy: {
    defaults(draft) {
      draft.reclaimPolicy ||= 'Delete'
      draft.volumeBindingMode ||= 'Immediate'
    },
    validate,
    validateUpdate,
    warnings: storageClassWarnings,
  },
  columns: [
    { ...nameColumn, value: (o) => (isDefaultClass(o as StorageClass) ? `${o.metadata.name} (default)` : o.metadata.name) },
    text<StorageClass>('Provisioner', 'Who makes its volumes.', (o) => o.provisioner),
    text<StorageClass>('ReclaimPolicy', 'What becomes of a volume when its claim goes.', (o) => o.reclaimPolicy ?? 'Delete'),
    text<StorageClass>('VolumeBindingMode', 'When a claim gets its volume.', (o) => o.volumeBindingMode ?? 'Immediate'),
    { name: 'AllowVolumeExpansion', type: 'boolean', description: 'Whether claims may grow.', priority: 0, value: (o) => (o as StorageClass).allowVolumeExpansion ?? false },
    ageColumn,
  ],
})
