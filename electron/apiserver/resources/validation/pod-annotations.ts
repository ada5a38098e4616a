/** Annotations by which pods and templates say what fields cannot, or could not once. Source: core/v1 validation of Kubernetes. */
import type { PodSpec } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { type Errors, localPath } from './common.ts'

const MIRROR = 'kubernetes.io/config.mirror'
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod'
const SECCOMP = 'container.seccomp.security.alpha.kubernetes.io/'
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/'
const LOCALHOST = 'localhost/'
const FIXED_PROFILES = new Set(['runtime/default', 'docker/default', 'unconfined'])

type Map = Readonly<Record<string, string>> | undefined

function profile(errors: Errors, path: string, value: string): void {
  if (FIXED_PROFILES.has(value)) return
  if (value.startsWith(LOCALHOST)) localPath(errors, path, value.slice(LOCALHOST.length))
  else errors.push(field.invalid(path, value, 'must be a valid seccomp profile'))
}

const isInt32 = (text: string): boolean => /^(0|-?[1-9]\d*)$/.test(text) && Number(text) >= -(2 ** 31) && Number(text) < 2 ** 31

/** `path`: that of the annotations. */
export function podAnnotations(errors: Errors, path: string, given: Map, spec: PodSpec): void {
  for (const key in given) {
    const value = given[key] ?? ''
    if (key === MIRROR && !spec.nodeName) errors.push(field.invalid(`${path}[${key}]`, value, 'must set spec.nodeName if mirror pod annotation is set'))
    else if (key === DELETION_COST && !isInt32(value)) errors.push(field.invalid(`${path}[${key}]`, value, 'must be a 32bit integer'))
    else if (key === SECCOMP_POD || key.startsWith(SECCOMP)) profile(errors, `${path}.${key}`, value)
    else if (key.startsWith(APP_ARMOR)) {
      const name = key.slice(APP_ARMOR.length)
      if (![...(spec.containers ?? []), ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])].some((c) => c.name === name)) errors.push(field.invalid(`${path}[${key}]`, name, 'container not found'))
      if (value !== '' && !FIXED_PROFILES.has(value) && !value.startsWith(LOCALHOST)) errors.push(field.invalid(`${path}[${key}]`, value, `invalid AppArmor profile name: ${JSON.stringify(value)}`))
    }
  }
}

/** What was said at the beginning stays. */
export function podAnnotationsUpdate(errors: Errors, path: string, now: Map, before: Map): void {
  for (const key of new Set([...Object.keys(before ?? {}), ...Object.keys(now ?? {})])) {
    if (key !== MIRROR && !key.startsWith(APP_ARMOR)) continue
    if (now?.[key] === before?.[key]) continue
    const what = key === MIRROR ? 'mirror pod annotation' : 'AppArmor annotations'
    errors.push(field.forbidden(`${path}[${key}]`, before?.[key] === undefined ? `may not add ${what}` : `may not remove or update ${what}`))
  }
}
