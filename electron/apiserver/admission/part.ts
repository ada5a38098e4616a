/** Admission of what is posted to a subresource and not itself stored: Binding, Eviction, and connections into a pod. */
import type { Env, Stored } from '../registry/env.ts'
import { isTrue } from '../request-info.ts'
import type { Call } from '../verbs.ts'
import type { AdmissionOperation, AdmissionRequest } from './plugin.ts'

/** @throws StatusError */
export async function admitPart(env: Env, { request, info, kind, warn, annotate }: Call, operation: AdmissionOperation, object: Stored, dryRun = false): Promise<void> {
  const asked: AdmissionRequest = {
    operation, kind, subresource: info.subresource, namespace: info.namespace, name: info.name, object, old: undefined,
    user: request.user, dryRun, fieldManager: request.query.get('fieldManager') ?? '', warn, annotate,
  }
  await env.admission.admit(asked, env)
  await env.admission.validate(asked, env)
}

const FLAGS = new Set(['stdin', 'stdout', 'stderr', 'tty'])
const LISTS = new Set(['command', 'ports'])

/** The options of a connection, which stand in its query. undefined: this subresource is no connection. */
export function connectionOptions({ request, info, kind }: Call): Stored | undefined {
  const part = kind.subresources?.find((s) => s.name === info.subresource)
  if (!part?.kind.endsWith('Options')) return undefined
  const options: Record<string, unknown> = {}
  for (const name of new Set(request.query.keys())) {
    const values = request.query.getAll(name)
    // A flag that is false is absent, as Go leaves it out.
    if (FLAGS.has(name)) { if (isTrue(values[0] ?? null)) options[name] = true } else options[name] = LISTS.has(name) ? values : values[0]
  }
  return { ...options, kind: part.kind, apiVersion: part.version ? `${part.group ? `${part.group}/` : ''}${part.version}` : 'v1', metadata: { name: '' } }
}
