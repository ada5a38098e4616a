/** What becomes of a node's containers when the node is switched off, or is no more. Both may be tried again after a failure. */
import type { ContainerRuntime } from './runtime/types.ts'
import { removeAllPods } from './volumes/index.ts'

/** As many at once as an engine takes well. */
const AT_ONCE = 8

async function each<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const rest = [...items]
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, rest.length) }, async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item)
  }))
}

/** As when the power fails: everything is killed, nothing is asked. What is left is what a disk would hold. */
export async function powerOff(runtime: ContainerRuntime, node: string): Promise<void> {
  const containers = await runtime.listContainers({ node })
  await each(containers.filter((c) => c.state === 'running'), (c) => runtime.stopContainer(c.id, 0))
  const sandboxes = await runtime.listPodSandboxes({ node })
  await each(sandboxes.filter((s) => s.ready), (s) => runtime.stopPodSandbox(s.id))
}

/** Removes every container of a node that has been switched off, and its pods' volumes. */
export async function clearNode(runtime: ContainerRuntime, node: string, dataDir: string): Promise<void> {
  await each(await runtime.listContainers({ node }), (c) => runtime.removeContainer(c.id))
  await each(await runtime.listPodSandboxes({ node }), (s) => runtime.removePodSandbox(s.id))
  await removeAllPods(runtime, dataDir)
}
