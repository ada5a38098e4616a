/** Roles and their bindings. */
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, Subject } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Subdomain, pathSegment } from '../../../../shared/labels.ts'
import type { Errors } from './common.ts'
import { equal, say } from './common.ts'
import { labelSelector } from './metadata.ts'

const GROUP = 'rbac.authorization.k8s.io'

function rules(errors: Errors, list: readonly PolicyRule[] | undefined, namespaced: boolean): void {
  list?.forEach((rule, i) => {
    const path = `rules[${i}]`
    const urls = rule.nonResourceURLs ?? []
    if (!rule.verbs?.length) errors.push(field.required(`${path}.verbs`, 'verbs must contain at least one value'))
    if (urls.length > 0) {
      if (namespaced) errors.push(field.invalid(`${path}.nonResourceURLs`, urls, 'namespaced rules cannot apply to non-resource URLs'))
      if (rule.apiGroups?.length || rule.resources?.length || rule.resourceNames?.length)
        errors.push(field.invalid(`${path}.nonResourceURLs`, urls, 'rules cannot apply to both regular resources and non-resource URLs'))
      return
    }
    if (!rule.apiGroups?.length) errors.push(field.required(`${path}.apiGroups`, 'resource rules must supply at least one api group'))
    if (!rule.resources?.length) errors.push(field.required(`${path}.resources`, 'resource rules must supply at least one resource'))
  })
}

export function validateRole(object: Role): FieldError[] {
  const errors: FieldError[] = []
  rules(errors, object.rules, true)
  return errors
}

export function validateClusterRole(object: ClusterRole): FieldError[] {
  const errors: FieldError[] = []
  rules(errors, object.rules, false)
  if (object.aggregationRule) {
    const selectors = object.aggregationRule.clusterRoleSelectors ?? []
    if (selectors.length === 0) errors.push(field.required('aggregationRule.clusterRoleSelectors', 'at least one clusterRoleSelector required if aggregationRule is non-nil'))
    selectors.forEach((selector, i) => labelSelector(errors, `aggregationRule.clusterRoleSelectors[${i}]`, selector))
  }
  return errors
}

function subject(errors: Errors, path: string, s: Subject, namespaced: boolean): void {
  if (!s.name) errors.push(field.required(`${path}.name`))
  switch (s.kind) {
    case 'ServiceAccount':
      if (s.name) say(errors, `${path}.name`, s.name, dns1123Subdomain(s.name))
      if (s.apiGroup) errors.push(field.notSupported(`${path}.apiGroup`, s.apiGroup, ['']))
      if (!namespaced && !s.namespace) errors.push(field.required(`${path}.namespace`))
      break
    case 'User':
    case 'Group':
      if (s.apiGroup !== GROUP) errors.push(field.notSupported(`${path}.apiGroup`, s.apiGroup, [GROUP]))
      break
    default:
      errors.push(field.notSupported(`${path}.kind`, s.kind ?? '', ['ServiceAccount', 'User', 'Group'], true))
  }
}

function binding(object: RoleBinding | ClusterRoleBinding, roleKinds: readonly string[], namespaced: boolean): FieldError[] {
  const errors: FieldError[] = []
  const { apiGroup = '', kind = '', name = '' } = object.roleRef ?? {}
  if (apiGroup !== GROUP) errors.push(field.notSupported('roleRef.apiGroup', apiGroup, [GROUP]))
  if (!roleKinds.includes(kind)) errors.push(field.notSupported('roleRef.kind', kind, roleKinds, true))
  if (!name) errors.push(field.required('roleRef.name'))
  else say(errors, 'roleRef.name', name, pathSegment(name))
  object.subjects?.forEach((s, i) => subject(errors, `subjects[${i}]`, s, namespaced))
  return errors
}

export const validateRoleBinding = (object: RoleBinding): FieldError[] => binding(object, ['Role', 'ClusterRole'], true)
export const validateClusterRoleBinding = (object: ClusterRoleBinding): FieldError[] => binding(object, ['ClusterRole'], false)

export const validateBindingUpdate = (object: RoleBinding, old: RoleBinding): FieldError[] =>
  equal(object.roleRef, old.roleRef) ? [] : [field.invalid('roleRef', object.roleRef, 'cannot change roleRef')]
