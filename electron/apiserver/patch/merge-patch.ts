/** JSON Merge Patch, RFC 7386. */
import { cloneJson, setKey, shallowCopy } from '../json.ts'

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A new document; what did not change is shared with `doc`. */
export function mergePatch(doc: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return cloneJson(patch)
  const out: Record<string, unknown> = isObject(doc) ? shallowCopy(doc) : {}
  for (const key of Object.keys(patch)) {
    const value = patch[key]
    if (value === null) delete out[key]
    else setKey(out, key, mergePatch(Object.hasOwn(out, key) ? out[key] : undefined, value))
  }
  return out
}
