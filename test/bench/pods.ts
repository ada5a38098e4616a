/**
 * From `create` acknowledged to container running, beside what the same engine takes for the same two raw create+start calls
 * (a sandbox on a bridge network and a container joined to it), alternating in one run.
 */
import Docker from 'dockerode'
import type { KubeList } from '../../shared/api/meta.ts'
import type { Pod } from '../../shared/api/types.ts'
import { App } from '../integration/app.ts'
import { BUSYBOX, ensureBusybox } from '../integration/busybox.ts'
import { type Figure, median, quantile } from './figures.ts'
import { Api } from './http.ts'

const docker = new Docker()
const ROUNDS = 12
const BATCH = 20
/** What the kubelet allows at once; the raw side gets the same. */
const PARALLEL = 4

async function rawPod(network: string, name: string): Promise<string[]> {
  const sandbox = await docker.createContainer({ name: `${name}-s`, Image: 'pilothouse.dev/pause:1', Labels: { bench: '1' }, HostConfig: { NetworkMode: network, IpcMode: 'shareable' } })
  await sandbox.start()
  const c = await docker.createContainer({ name: `${name}-c`, Image: BUSYBOX, Cmd: ['sleep', '3600'], Labels: { bench: '1' }, HostConfig: { NetworkMode: `container:${sandbox.id}`, IpcMode: `container:${sandbox.id}` } })
  await c.start()
  return [c.id, sandbox.id]
}
const removeAll = (ids: string[]): Promise<unknown> => Promise.all(ids.map((id) => docker.getContainer(id).remove({ force: true })))

async function rawBatch(network: string, n: number, round: string): Promise<number> {
  const began = performance.now()
  let next = 0
  const ids: string[] = []
  await Promise.all(Array.from({ length: Math.min(PARALLEL, n) }, async () => {
    while (next < n) ids.push(...(await rawPod(network, `bench-${process.pid}-${round}-${next++}`)))
  }))
  const took = performance.now() - began
  await removeAll(ids)
  return took
}

const manifest = (name: string): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { bench: '1' } }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: BUSYBOX, command: ['sleep', '3600'] }] } })
const path = '/api/v1/namespaces/default/pods'

/** Milliseconds from the first acknowledgement until all are seen running, by watch. */
async function podBatch(api: Api, n: number, round: string): Promise<number> {
  const { metadata } = await api.get<KubeList<Pod>>(path)
  const waiting = new Set(Array.from({ length: n }, (_, i) => `p-${round}-${i}`))
  let done: () => void = () => {}
  const all = new Promise<void>((resolve) => { done = resolve })
  const watch = await api.watch<Pod>(`${path}?watch=true&labelSelector=bench%3D1&resourceVersion=${metadata.resourceVersion}`, (e) => {
    if (e.type === 'MODIFIED' && e.object.status?.containerStatuses?.[0]?.state?.running) waiting.delete(e.object.metadata.name)
    if (!waiting.size) done()
  })
  let began = 0
  await Promise.all([...waiting].map(async (name) => { await api.send('POST', path, manifest(name)); began ||= performance.now() }))
  await all
  const took = performance.now() - began
  watch.close()
  await api.send('DELETE', `${path}?labelSelector=bench%3D1`)
  while ((await api.get<KubeList<Pod>>(path)).items.length) await new Promise((resolve) => setTimeout(resolve, 100))
  return took
}

export async function pods(): Promise<Figure[]> {
  await ensureBusybox(docker)
  const app = await App.start()
  const api = new Api(app.ready)
  const network = await docker.createNetwork({ Name: `bench-${process.pid}`, Driver: 'bridge', Labels: { bench: '1' } })
  const times = { raw1: [] as number[], our1: [] as number[], raw20: [] as number[], our20: [] as number[] }
  try {
    await podBatch(api, 1, 'warm')
    for (let i = 0; i < ROUNDS; i++) {
      times.raw1.push(await rawBatch(network.id, 1, `a${i}`))
      times.our1.push(await podBatch(api, 1, `a${i}`))
    }
    for (let i = 0; i < 3; i++) {
      times.raw20.push(await rawBatch(network.id, BATCH, `b${i}`))
      times.our20.push(await podBatch(api, BATCH, `b${i}`))
    }
  } finally {
    await network.remove()
    await app.dispose()
  }
  return [
    { name: 'raw engine: create+start of two, one pod, median', value: median(times.raw1), unit: 'ms', aim: '' },
    { name: 'create acknowledged to running, one pod, median', value: median(times.our1), unit: 'ms', aim: '' },
    { name: 'create acknowledged to running, one pod, p90', value: quantile(times.our1, 0.9), unit: 'ms', aim: '' },
    { name: 'ratio, one pod', value: median(times.our1) / median(times.raw1), unit: '×', aim: '≤ 1.25' },
    { name: 'raw engine, 20 pods, 4 at a time, median', value: median(times.raw20), unit: 'ms', aim: '' },
    { name: 'create acknowledged to running, 20 pods, median', value: median(times.our20), unit: 'ms', aim: '' },
    { name: 'ratio, 20 pods', value: median(times.our20) / median(times.raw20), unit: '×', aim: '≤ 1.25' },
  ]
}
