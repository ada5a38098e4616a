/** What a conversion webhook answers, looked at before it is believed. Pure. Source: apiextensions' webhook converter, whose sentences these are. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import { cloneJson, isRecord, jsonEqual } from '../json.ts'
import { validateAnnotations, validateLabels } from '../registry/metadata.ts'

interface Review { apiVersion?: string; kind?: string; response?: { uid?: string; result?: { status?: string; message?: string }; convertedObjects?: unknown[] } }

/** How it goes on after `conversion webhook for example.com/v1, Kind=Tab `. */
export class ConversionError extends Error {}

const goType = (value: unknown): string => (value === null || value === undefined ? '<nil>' : Array.isArray(value) ? '[]interface {}' : typeof value === 'object' ? 'map[string]interface {}' : typeof value === 'number' ? 'int64' : typeof value === 'boolean' ? 'bool' : 'string')

/** Labels and annotations as the webhook wants them; everything else of metadata stays as it was. Throws Error. */
function restored(before: KubeObject, metadata: unknown): KubeObject['metadata'] {
  if (metadata === undefined) throw new Error('missing metadata in converted object')
  if (!isRecord(metadata)) throw new Error(`invalid metadata of type ${goType(metadata)} in converted object`)
  const out = cloneJson(before.metadata) as KubeObject['metadata'] & Record<string, unknown>
  for (const name of ['labels', 'annotations'] as const) {
    const given = metadata[name]
    if (given === undefined || given === null) {
      delete out[name]
      continue
    }
    if (!isRecord(given)) throw new Error(`invalid metadata.${name} of type ${goType(given)} in converted object`)
    for (const key in given) if (typeof given[key] !== 'string') throw new Error(`metadata.${name}[${key}] must be a string, but is ${goType(given[key])} in converted object`)
    const faults = jsonEqual(given, before.metadata[name] ?? {}) ? [] : name === 'labels' ? validateLabels(given, 'metadata.labels') : validateAnnotations(given, 'metadata.annotation')
    const lines = faults.map((e) => `${e.field}: ${e.message}`)
    if (lines.length) throw new Error(lines.length > 1 ? `[${lines.join(', ')}]` : lines[0])
    out[name] = given as Record<string, string>
  }
  return out
}

function sameObject(before: KubeObject, after: Partial<KubeObject>): void {
  const pairs = [['name', 'name'], ['namespace', 'namespace'], ['UID', 'uid']] as const
  for (const [name, key] of pairs) {
    const [a, b] = [before.metadata[key] ?? '', after.metadata?.[key] ?? '']
    if (a !== b) throw new Error(`must have the same ${name}: ${a} != ${b}`)
  }
}

/**
 * The objects that came back, in the order in which they were sent. Throws ConversionError.
 * @param spoken the version of ConversionReview; of v1beta1 neither kind nor uid is looked at
 */
export function convertedObjects(answer: unknown, uid: string, spoken: string, sent: readonly KubeObject[], apiVersion: string): KubeObject[] {
  const { apiVersion: version = '', kind = '', response } = (answer ?? {}) as Review
  const fail = (why: string): never => {
    throw new ConversionError(why)
  }
  if (spoken === 'v1' && (kind !== 'ConversionReview' || version !== 'apiextensions.k8s.io/v1')) fail(`failed: expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got ${version || '/'}, Kind=${kind}`)
  if (!response) return fail('failed: no response provided')
  if (spoken === 'v1' && response.uid !== uid) fail(`failed: expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response.uid ?? '')}`)
  const { status = '', message } = response.result ?? {}
  if (status !== 'Success') fail(`failed: ${message || `response.result.status was '${status}', not 'Success'`}`)
  const objects = (response.convertedObjects ?? []) as Partial<KubeObject>[]
  if (objects.length !== sent.length) fail(`returned ${objects.length} objects, expected ${sent.length}`)
  const alone = sent.length === 1
  return objects.map((object, i) => {
    const before = sent[i] as KubeObject
    const at = alone ? 'returned invalid object at index 0' : `returned invalid converted object at index ${i}`
    const tell = <T>(prefix: string, what: () => T): T => {
      try {
        return what()
      } catch (error) {
        return fail(`${prefix}: ${(error as Error).message}`)
      }
    }
    if (object.apiVersion !== apiVersion) fail(`${at}: invalid groupVersion (expected ${apiVersion}, received ${object.apiVersion ?? ''})`)
    if (object.kind !== before.kind) fail(`${at}: invalid kind (expected ${before.kind}, received ${object.kind ?? ''})`)
    tell(alone ? 'returned invalid object' : at, () => sameObject(before, object))
    return { ...(object as KubeObject), metadata: tell(alone ? 'returned invalid metadata' : `returned invalid metadata in object at index ${i}`, () => restored(before, object.metadata)) }
  })
}
