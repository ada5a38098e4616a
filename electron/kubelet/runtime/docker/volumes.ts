/** Volumes in memory that the engine keeps: shared by the containers of a pod, emptied when none of them runs. */
import { labels } from '../types.ts'
import type { Engine } from './engine.ts'
import { isStatus } from './errors.ts'

export async function memoryVolume(engine: Engine, clusterId: string, of: { podUid: string; volume: string }, options: string): Promise<string> {
  const name = `pilothouse-${clusterId}-${of.podUid}-${of.volume}`
  await engine.call('make a volume', 'CreateFailed', (d) => d.createVolume({
    Name: name, Driver: 'local', DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: options },
    Labels: { [labels.cluster]: clusterId, [labels.kind]: 'volume', [labels.podUid]: of.podUid },
  }))
  return name
}

export async function removeVolumes(engine: Engine, clusterId: string, podUid: string): Promise<void> {
  const found = await engine.call('list volumes', 'Unknown', (d) => d.listVolumes({ filters: { label: [`${labels.cluster}=${clusterId}`, `${labels.podUid}=${podUid}`] } }), 30_000)
  for (const volume of found.Volumes ?? []) await engine.call('remove a volume', 'Unknown', (d) => (d.getVolume(volume.Name).remove() as Promise<unknown>).catch((e: unknown) => { if (!isStatus(e, 404)) throw e }))
}
