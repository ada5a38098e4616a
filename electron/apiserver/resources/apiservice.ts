/** APIService: who serves a version of a group: this server itself (Local), or one behind a Service. */
import type { APIService } from '../../../shared/api/types.ts'
import { field, type FieldError } from '../../../shared/errors.ts'
import { ageColumn, nameColumn, text } from './columns.ts'
import { defineKind } from './kind.ts'
import { dns1035Label, dns1123Subdomain } from '../../../shared/labels.ts'
import { optionalOneOf, say, type Errors } from './validation/common.ts'

function validate(object: APIService): FieldError[] {
  const errors: Errors = []
  const spec = object.spec
  if (!spec) return [field.required('spec')]
  const wanted = `${spec.version ?? ''}.${spec.group ?? ''}`
  if (object.metadata.name !== wanted) errors.push(field.invalid('metadata.name', object.metadata.name, `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`))
  if (!spec.group && spec.version !== 'v1') errors.push(field.required('spec.group', 'only v1 may have an empty group and it better be legacy kube'))
  if (spec.group) say(errors, 'spec.group', spec.group, dns1123Subdomain(spec.group))
  say(errors, 'spec.version', spec.version, dns1035Label(spec.version))
  if (!(spec.groupPriorityMinimum > 0 && spec.groupPriorityMinimum <= 20_000)) errors.push(field.invalid('spec.groupPriorityMinimum', spec.groupPriorityMinimum, 'must be positive and less than 20000'))
  if (!(spec.versionPriority > 0 && spec.versionPriority <= 1000)) errors.push(field.invalid('spec.versionPriority', spec.versionPriority, 'must be positive and less than 1000'))
  const { service } = spec
  if (!service) {
    if (spec.caBundle) errors.push(field.invalid('spec.caBundle', `${spec.caBundle ? Buffer.from(spec.caBundle, 'base64').byteLength : 0} bytes`, 'local APIServices may not have a caBundle'))
    if (spec.insecureSkipTLSVerify) errors.push(field.invalid('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify'))
    return errors
  }
  if (!service.namespace) errors.push(field.required('spec.service.namespace'))
  if (!service.name) errors.push(field.required('spec.service.name'))
  if (spec.insecureSkipTLSVerify && spec.caBundle) errors.push(field.invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'))
  return errors
}

const available = ({ status }: APIService): string => {
  const condition = status?.conditions?.find((c) => c.type === 'Available')
  return !condition ? 'Unknown' : condition.status === 'False' ? `False (${condition.reason ?? ''})` : condition.status
}

export const apiService = defineKind<APIService>({
  group: 'apiregistration.k8s.io', version: 'v1', kind: 'APIService', resource: 'apiservices', singular: 'apiservice', categories: ['api-extensions'],
  scope: 'Cluster', schema: 'V1APIService', nameRule: 'path', status: true, statusOnCreate: true, generation: false,
  strategy: {
    conditionalUpdate: true,
    defaults(draft) {
      if (draft.spec?.service) draft.spec.service.port ??= 443
    },
    prepareForCreate(draft, { user }) {
      // The server itself makes its own with their status.
      if (user.name !== 'system:apiserver') delete draft.status
    },
    validate,
    validateStatusUpdate({ status }) {
      const errors: Errors = []
      status?.conditions?.forEach((c, i) => optionalOneOf(errors, `status.conditions[${i}].status`, c.status, ['True', 'False', 'Unknown']))
      return errors
    },
  },
  columns: [
    nameColumn,
    text<APIService>('Service', 'Who serves it.', (o) => (o.spec.service ? `${o.spec.service.namespace}/${o.spec.service.name}` : 'Local')),
    text<APIService>('Available', 'Whether it answers.', available),
    ageColumn,
  ],
})
