/** Claims of devices that a pod names, and those that its containers use. Source: core/v1 validation of Kubernetes. */
import type { PodSpec, ResourceRequirements } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Label, dns1123Subdomain } from '../../../../shared/labels.ts'
import type { Errors } from './common.ts'
import { say } from './common.ts'

/** Answers the names that containers may use. */
export function podClaims(errors: Errors, path: string, claims: PodSpec['resourceClaims']): ReadonlySet<string> {
  const names = new Set<string>()
  claims?.forEach((claim, i) => {
    const at = `${path}[${i}]`
    const { name, resourceClaimName: own, resourceClaimTemplateName: template } = claim
    if (!name) errors.push(field.required(`${at}.name`))
    else if (names.has(name)) errors.push(field.duplicate(`${at}.name`, name))
    else {
      say(errors, `${at}.name`, name, dns1123Label(name))
      names.add(name)
    }
    if (own !== undefined && template !== undefined) errors.push(field.invalid(at, claim, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'))
    if (own === undefined && template === undefined) errors.push(field.invalid(at, claim, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'))
    if (own !== undefined) say(errors, `${at}.resourceClaimName`, own, dns1123Subdomain(own))
    if (template !== undefined) say(errors, `${at}.resourceClaimTemplateName`, template, dns1123Subdomain(template))
  })
  return names
}

/** Each at most once, as a whole or by one of its requests. */
export function usedClaims(errors: Errors, path: string, claims: ResourceRequirements['claims'], known: ReadonlySet<string>): void {
  if (!claims?.length) return
  const used = new Set<string>()
  claims.forEach(({ name, request }, i) => {
    const at = `${path}[${i}]`
    if (!name) {
      errors.push(field.required(at))
      return
    }
    const key = request ? `${name}/${request}` : name
    if (used.has(name)) errors.push(field.duplicate(at, name))
    else {
      if (request) say(errors, `${at}.request`, request, dns1123Label(request))
      if (used.has(key)) errors.push(field.duplicate(at, key))
      else if (!request) for (const other of used) if (other.startsWith(`${name}/`)) errors.push(field.duplicate(at, name))
      used.add(key)
    }
    if (!known.has(name)) errors.push(field.notFound(at, name, `must be one of the names in pod.spec.resourceClaims${known.size ? `: ${[...known].toSorted().join(', ')}` : ' which is empty'}`))
  })
}
