/** What is said of a pod as a whole (`spec.resources`), and that its containers do not contradict it. Source: KEP-2837. */
import type { PodSpec } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { amountText, containersTotal, isPodLevelResource } from '../../../../shared/pod-resources.ts'
import { compareQuantities, isQuantity, parseQuantity } from '../../../../shared/quantity.ts'
import type { Errors } from './common.ts'
import { resources } from './quantities.ts'

const SUPPORTED = ['cpu', 'hugepages-', 'memory']

/** `claims`: the names of the pod's resource claims. */
export function podLevelResources(errors: Errors, path: string, spec: PodSpec, claims: ReadonlySet<string>): void {
  const given = spec.resources
  if (!given) return
  const at = `${path}.resources`
  if (given.claims?.length) errors.push(field.forbidden(`${at}.claims`, 'claims cannot be set for Resources at pod-level'))
  const unknown = (['limits', 'requests'] as const).flatMap((which) => Object.keys(given[which] ?? {}).filter((name) => !isPodLevelResource(name)).map((name) => field.notSupported(`${at}.${which}[${name}]`, name, SUPPORTED)))
  errors.push(...unknown)
  if (unknown.length) return
  resources(errors, at, given, claims)
  // What cannot be read has been said here and by the containers.
  const all = [spec, ...(spec.containers ?? []), ...(spec.initContainers ?? [])]
  if (!all.every((c) => [c.resources?.requests, c.resources?.limits].every((list) => Object.values(list ?? {}).every(isQuantity)))) return
  const asked = containersTotal({ spec }, 'requests')
  for (const name of Object.keys(given.requests ?? {}).toSorted()) {
    const text = given.requests?.[name] ?? '0'
    const sum = amountText(name, asked[name] ?? 0)
    if (greater(sum, text)) errors.push(field.invalid(`${at}.requests[${name}]`, text, `must be greater than or equal to aggregate container requests of ${sum}`))
  }
  spec.containers?.forEach((c, i) => {
    for (const name of Object.keys(c.resources?.limits ?? {}).toSorted()) {
      const whole = given.limits?.[name]
      const text = c.resources?.limits?.[name] ?? '0'
      if (whole !== undefined && greater(text, whole)) errors.push(field.invalid(`${path}.containers[${i}].resources.limits[${name}]`, text, `must be less than or equal to pod limits of ${whole}`))
    }
  })
}

function greater(a: string, b: string): boolean {
  const [x, y] = [parseQuantity(a), parseQuantity(b)]
  return x !== undefined && y !== undefined && compareQuantities(x, y) > 0
}
