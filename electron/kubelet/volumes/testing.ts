/** For the tests of volumes: a manager over a folder, a ConfigMap `cm`, a Secret `s`, and a client that knows what it is given. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Pod } from '../../../shared/api/types.ts'
import { notFound } from '../../../shared/errors.ts'
import type { Client } from '../../client/types.ts'
import { podOf } from '../testing.ts'
import { createHost, type Host } from './host.ts'
import { createVolumeManager, type VolumeManager } from './manager.ts'
import type { Place } from './types.ts'

export interface VolumeBench {
  readonly manager: VolumeManager
  readonly host: Host
  readonly objects: KubeObject[]
  prepare(spec: Partial<Pod['spec']>): Promise<ReadonlyMap<string, Place>>
}
export const facts = { podIP: '10.0.0.1', hostIP: '192.0.2.1', cpuMillis: 4000, memoryBytes: 8 << 20 }

export function volumeBench(folder: string, host: Host = createHost({ local: true, engine: {} })): VolumeBench {
  const objects: KubeObject[] = []
  const client = {
    async get(type: { kind: string; group: string; resource: string }, name: string, namespace?: string) {
      const found = objects.find((o) => o.kind === type.kind && o.metadata.name === name && o.metadata.namespace === namespace)
      if (!found) throw notFound({ group: type.group, resource: type.resource }, name)
      return found
    },
  } as unknown as Client
  const manager = createVolumeManager({
    dataDir: folder, nodeName: 'n', client, host,
    source: {
      configMap: (_n, name) => (name === 'cm' ? { data: { a: '1', b: '2' }, binaryData: { bin: Buffer.from('\0x').toString('base64') } } : undefined),
      secret: (_n, name) => (name === 's' ? { data: { p: Buffer.from('geheim').toString('base64') } } : undefined),
    },
    tokens: { token: async (_pod, s) => `token for ${s.audience ?? 'api'}`, renewAt: () => undefined, forget: () => undefined },
  })
  return { manager, host, objects, prepare: (spec) => manager.prepare(podOf(spec, { labels: { app: 'x' } }), facts) }
}
