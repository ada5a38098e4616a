/** Pod templates: equality, their hash, and the names that follow from it. Pure. */
import type { PodTemplateSpec, ReplicaSet } from '../../shared/api/types.ts'

export const HASH_LABEL = 'pod-template-hash'
/** No vowels and nothing that looks like another: names made of it spell nothing. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

/** JSON with sorted keys, without null and undefined: equal for templates that mean the same. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const fields = Object.entries(value).filter(([, v]) => v !== undefined && v !== null)
  return `{${fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`
}

/** Templates are frozen and compared at every step, so their text stays with them. */
const texts = new WeakMap<object, string>()

/** The template's text without the hash label, which is ours and not the user's. */
export function templateText(template: PodTemplateSpec): string {
  let text = texts.get(template)
  if (text === undefined) {
    const { [HASH_LABEL]: _hash, ...labels } = template.metadata?.labels ?? {}
    void _hash
    text = canonical({ ...template, metadata: { ...template.metadata, labels } })
    texts.set(template, text)
  }
  return text
}
export const sameTemplate = (a: PodTemplateSpec, b: PodTemplateSpec): boolean => templateText(a) === templateText(b)

/** FNV-1a over 32 bits of the UTF-16 code units. */
function fnv(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** The value of pod-template-hash. `collisions` changes it when another template already has this hash. */
export function templateHash(template: PodTemplateSpec, collisions = 0): string {
  const number = fnv(templateText(template) + (collisions ? `#${collisions}` : ''))
  return [...String(number)].map((digit) => ALPHABET[digit.charCodeAt(0) % ALPHABET.length]).join('')
}

const createdAt = (rs: ReplicaSet): string => rs.metadata.creationTimestamp ?? ''
export const byAge = (a: ReplicaSet, b: ReplicaSet): number =>
  createdAt(a) < createdAt(b) ? -1 : createdAt(a) > createdAt(b) ? 1 : a.metadata.name < b.metadata.name ? -1 : 1

/** The set that carries this template; the oldest, should there be several. */
export const findNewReplicaSet = (template: PodTemplateSpec, sets: readonly ReplicaSet[]): ReplicaSet | undefined =>
  [...sets].sort(byAge).find((rs) => rs.spec.template && sameTemplate(rs.spec.template, template))
