/** Volumes as far as a runtime can help with them. */
import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isLocal, type EngineVolumes, type HostCommands, type ImageVolumes } from '../runtime/capabilities.ts'
import type { ContainerRuntime } from '../runtime/types.ts'
import { createHost, type Host } from './host.ts'

/** What a runtime may offer for volumes; hollow ones offer nothing. */
export const helpOf = (runtime: ContainerRuntime): Partial<EngineVolumes & HostCommands & ImageVolumes> => runtime as ContainerRuntime & Partial<EngineVolumes & HostCommands & ImageVolumes>
export const hostOf = (runtime: ContainerRuntime): Host => createHost({ local: isLocal(runtime), engine: helpOf(runtime) })

/** Which images a pod's volumes are is kept here, a file for each. */
export const imagesFolder = (dataDir: string, uid: string): string => join(dataDir, 'pods', uid, 'images')
export const holdsImages = (dataDir: string, uid: string): Promise<boolean> => access(imagesFolder(dataDir, uid)).then(() => true, () => false)

/** Removes the volumes of all pods of a node that runs no more. */
export async function removeAllPods(runtime: ContainerRuntime, dataDir: string): Promise<void> {
  const pods = join(dataDir, 'pods')
  const uids = await readdir(pods).catch((e: NodeJS.ErrnoException) => { if (e.code === 'ENOENT') return [] as string[]; throw e })
  const help = helpOf(runtime)
  const host = hostOf(runtime)
  for (const uid of uids) if (await holdsImages(dataDir, uid)) await help.releaseImages?.(uid)
  if (!host.mounts) for (const uid of uids) await help.removeVolumes?.(uid)
  await host.remove(pods)
}
