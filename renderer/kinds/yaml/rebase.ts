/** What a person changed, put on top of what others changed meanwhile. */
import '../../../shared/numbers.ts'

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v)
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** The RFC 7386 merge patch from one object to another. Lists are replaced as a whole. */
export function mergePatchOf(from: unknown, to: unknown): unknown {
  if (!isObject(from) || !isObject(to)) return to
  const patch: Record<string, unknown> = {}
  for (const key of Object.keys(from)) if (!(key in to)) patch[key] = null
  for (const [key, value] of Object.entries(to)) if (!same(from[key], value)) patch[key] = isObject(from[key]) && isObject(value) ? mergePatchOf(from[key], value) : value
  return patch
}

export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const out: Record<string, unknown> = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key]
    else out[key] = applyMergePatch(out[key], value)
  }
  return out
}

/** `mine` was made from `base`; `theirs` is what stands there now. Its resourceVersion is the new ground. */
export function rebased(base: unknown, mine: unknown, theirs: { metadata: { resourceVersion?: string } }): unknown {
  const result = applyMergePatch(theirs, mergePatchOf(base, mine)) as { metadata: Record<string, unknown> }
  return { ...result, metadata: { ...result.metadata, resourceVersion: theirs.metadata.resourceVersion } }
}
