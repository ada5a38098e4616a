/** The status of ValidatingAdmissionPolicies: whether their expressions fit the kinds that they are about. */
import type { ValidatingAdmissionPolicy } from '../../../shared/api/types.ts'
import { isConflict, isNotFound } from '../../../shared/errors.ts'
import { cloneJson } from '../json.ts'
import type { KindRegistry } from '../kind-registry.ts'
import { apiVersion as versionOf, prefixOf, type Env, type Stored } from '../registry/env.ts'
import { updateObject } from '../registry/update.ts'
import { createTask } from '../task.ts'

const POLICIES = { group: 'admissionregistration.k8s.io', resource: 'validatingadmissionpolicies' }
const CONTEXT = { user: { name: 'system:serviceaccount:kube-system:validatingadmissionpolicy-status-controller', groups: ['system:masters'] }, dryRun: false, fieldManager: 'kube-apiserver', warn: () => undefined }

export function startPolicyStatus(env: Env, registry: KindRegistry): { stop(): Promise<void> } {
  const kind = registry.named(POLICIES.group, 'ValidatingAdmissionPolicy')
  if (!kind) return { stop: async () => undefined }
  const prefix = prefixOf(POLICIES)
  const task = createTask(env.clock, 'the status of an admission policy could not be written', async () => {
    const waiting = env.store.range(prefix).kvs.map((kv) => kv.value as ValidatingAdmissionPolicy).filter((p) => p.status?.observedGeneration !== p.metadata.generation)
    if (!waiting.length) return
    const { typeWarnings } = await import('./check-expressions.ts')
    for (const policy of waiting) {
      const warnings = typeWarnings(policy, registry.find, (apiVersion, name) => registry.all.find((k) => k.kind === name && versionOf(k) === apiVersion), env.schemas)
      const status = { observedGeneration: policy.metadata.generation, typeChecking: warnings.length ? { expressionWarnings: warnings } : {} }
      try {
        await updateObject(env, kind, '', policy.metadata.name, { subresource: 'status', make: (live) => ({ ...cloneJson(live), status }) as Stored }, CONTEXT)
      } catch (error) {
        // Gone, or changed under our hands: the event of that wakes us again.
        if (!isNotFound(error) && !isConflict(error)) throw error
      }
    }
  })
  const watch = env.store.watch({ prefix }, () => task.wake())
  if (env.store.count(prefix)) task.wake()
  return {
    async stop() {
      watch.close()
      await task.stop()
    },
  }
}
