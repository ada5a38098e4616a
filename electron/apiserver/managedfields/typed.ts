/**
 * What a configuration says that its type has no place for, in the words of structured-merge-diff. Upstream answers such an
 * apply as it does a fault of its own, with 500 and no reason: clients look for the sentence.
 */
import type { KubeObject, Status } from '../../../shared/api/meta.ts'
import { StatusError } from '../../../shared/errors.ts'
import { elementText } from './fields.ts'
import { childOf, elementName, isMapLike, isObject, type Type } from './types.ts'

/** Found while the configuration is merged, by who does not know whose it is. */
export class Misfit extends Error {}

export const UNDECLARED = 'field not declared in schema'

/** @param faults `.spec.x: field not declared in schema` */
export function misfit({ apiVersion = '', kind = '', metadata }: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>, faults: readonly string[]): StatusError {
  const version = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`
  const what = faults.length === 1 ? faults[0] : `errors:\n${faults.map((f) => `  ${f}`).join('\n')}`
  const message = `failed to create typed patch object (${metadata.namespace ?? ''}/${metadata.name ?? ''}; ${version}, Kind=${kind}): ${what}`
  return new StatusError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 500 } as Status)
}

const STEP = /\.?([^.[\]]+)|\[(\d+)\]/g

/** `spec.containers[0].foo` as `.spec.containers[name="a"].foo`: elements of lists that merge have the names of their keys. */
export function typedPath(type: Type, object: unknown, path: string): string {
  let at = object
  let of: Type | undefined = type
  let out = ''
  for (const [, key, index] of path.matchAll(STEP)) {
    if (index !== undefined) {
      at = Array.isArray(at) ? (at as unknown[])[Number(index)] : undefined
      const name = of?.kind === 'list' ? elementName(of, at) : undefined
      out += name === undefined ? `[${index}]` : elementText(name)
      of = of?.kind === 'list' ? of.item : undefined
    } else if (key !== undefined) {
      at = isObject(at) ? at[key] : undefined
      of = of && isMapLike(of) ? childOf(of, key)?.type : undefined
      out += `.${key}`
    }
  }
  return out
}
