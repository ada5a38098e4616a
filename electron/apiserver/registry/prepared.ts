/** Kinds whose stored objects another server converts: what a request needs is converted before it is looked at. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import { internalError } from '../../../shared/errors.ts'
import type { KindDefinition } from '../resources/kind.ts'
import { keyOf, prefixOf, type Env } from './env.ts'

/** How often a request is begun anew because something was written that it has not converted. */
const ATTEMPTS = 10

/** A stored object was met in a form that nobody has converted yet. */
export class Unprepared extends Error {}

function needed(env: Env, kind: KindDefinition, namespace: string, name: string): KubeObject[] {
  if (!name) return env.store.range(prefixOf(kind, kind.scope === 'Namespaced' ? namespace : '')).kvs.map((kv) => kv.value)
  const kv = env.store.get(keyOf(kind, namespace, name))
  return kv ? [kv.value] : []
}

/** Runs what reads stored objects, with all that it may meet converted. Throws StatusError when the converter cannot be asked. */
export async function withPrepared<T>(env: Env, kind: KindDefinition, namespace: string, name: string, run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    await kind.storage?.prepare?.(needed(env, kind, namespace, name))
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof Unprepared)) throw error
      if (attempt >= ATTEMPTS) throw internalError(new Error('objects change faster than they can be converted'))
    }
  }
}
