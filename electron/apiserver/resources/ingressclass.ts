/** IngressClass: who serves the Ingresses that name it. */
import type { IngressClass } from '../../../shared/api/types.ts'
import type { FieldError } from '../../../shared/errors.ts'
import { field } from '../../../shared/errors.ts'
import { dns1123Label, dns1123Subdomain, pathSegment } from '../../../shared/labels.ts'
import { ageColumn, nameColumn, NONE, text } from './columns.ts'
import { defineKind } from './kind.ts'
import { domainPath, IMMUTABLE, oneOf, say, type Errors } from './validation/common.ts'

export const DEFAULT_INGRESS_CLASS = 'ingressclass.kubernetes.io/is-default-class'
const MAX_CONTROLLER = 250
function validate(object: IngressClass): FieldError[] {
  const errors: Errors = []
  const { controller = '', parameters } = object.spec ?? {}
  if (controller.length > MAX_CONTROLLER) errors.push(field.tooLong('spec.controller', MAX_CONTROLLER))
  domainPath(errors, 'spec.controller', controller)
  if (!parameters) return errors
  const path = 'spec.parameters'
  if (parameters.apiGroup) say(errors, `${path}.apiGroup`, parameters.apiGroup, dns1123Subdomain(parameters.apiGroup))
  for (const name of ['kind', 'name'] as const) {
    if (!parameters[name]) errors.push(field.required(`${path}.${name}`))
    else say(errors, `${path}.${name}`, parameters[name], pathSegment(parameters[name]))
  }
  oneOf(errors, `${path}.scope`, parameters.scope, ['Cluster', 'Namespace'])
  if (parameters.scope === 'Namespace' && !parameters.namespace) errors.push(field.required(`${path}.namespace`, '`parameters.scope` is set to \'Namespace\''))
  else if (parameters.scope === 'Namespace') say(errors, `${path}.namespace`, parameters.namespace, dns1123Label(parameters.namespace))
  if (parameters.scope === 'Cluster' && parameters.namespace) errors.push(field.forbidden(`${path}.namespace`, '`parameters.scope` is set to \'Cluster\''))
  return errors
}

function parameters(o: IngressClass): string {
  const given = o.spec?.parameters
  return given ? `${given.kind}${given.apiGroup ? `.${given.apiGroup}` : ''}/${given.name}` : NONE
}

export const ingressClass = defineKind<IngressClass>({
  group: 'networking.k8s.io', version: 'v1', kind: 'IngressClass', resource: 'ingressclasses', singular: 'ingressclass',
  scope: 'Cluster', schema: 'V1IngressClass', generation: true,
  strategy: {
    defaults(draft) {
      if (draft.spec?.parameters) draft.spec.parameters.scope ||= 'Cluster'
    },
    validate,
    validateUpdate: (object, old) => (object.spec?.controller === old.spec?.controller ? [] : [field.invalid('spec.controller', object.spec?.controller, IMMUTABLE)]),
  },
  columns: [
    nameColumn,
    text<IngressClass>('Controller', 'Who serves its Ingresses.', (o) => o.spec?.controller ?? ''),
    text<IngressClass>('Parameters', 'Where its settings are.', parameters),
    ageColumn,
  ],
})
