/** Which sandboxes have a cgroup above their pod's containers, and whether this engine and machine allow it at all. */
import type { PodResources, SandboxState } from '../types.ts'
import { labels, RuntimeError } from '../types.ts'
import { limitPod, removePodCgroup } from './pod-cgroup.ts'

export class PodGroups {
  /** As the engine says it. */
  driver: string | undefined
  readonly #byId = new Map<string, string>()
  #allowed: boolean
  /** `allowed`: this process is root on the engine's machine. */
  constructor(allowed: boolean) {
    this.#allowed = allowed
  }
  get possible(): boolean {
    return this.#allowed && this.driver === 'cgroupfs'
  }
  /** Rejects where the kernel's files are not here after all; from then on it is not possible. */
  async limit(id: string, cgroup: string, resources: PodResources): Promise<void> {
    this.#byId.set(id, cgroup)
    try {
      await limitPod(cgroup, resources)
    } catch (e) {
      const { code } = e as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'EACCES' || code === 'EROFS') this.#allowed = false
      throw new RuntimeError('CreateFailed', `cannot limit the pod as a whole: ${(e as Error).message}`, { cause: e })
    }
  }
  /** Made by a process before this one. */
  seen(sandbox: SandboxState): SandboxState {
    const cgroup = sandbox.labels[labels.podCgroup]
    if (cgroup) this.#byId.set(sandbox.id, cgroup)
    return sandbox
  }
  /** The sandbox has been removed, and the pod's containers before it. */
  async gone(id: string): Promise<void> {
    const cgroup = this.#byId.get(id)
    if (cgroup === undefined) return
    this.#byId.delete(id)
    await removePodCgroup(cgroup)
  }
}
