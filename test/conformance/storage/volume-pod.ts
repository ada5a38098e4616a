/** For the tests of volumes: a pod that says what it finds in them, and ends; or one that stays to be asked. */
import type { Pod, Volume } from '../../../shared/api/types.ts'
import { api, BUSYBOX, create, eventually, ok, printed } from '../cluster.ts'

export interface VolumePod {
  readonly volumes: Volume[]
  /** Mount path by the volume's name; default: `/NAME` for each. */
  readonly mounts?: object[]
  readonly securityContext?: object
  readonly resources?: object
  readonly metadata?: object
}

const podOf = (ns: string, name: string, script: string, o: VolumePod): object => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: ns, ...o.metadata },
  spec: {
    restartPolicy: 'Never', terminationGracePeriodSeconds: 0, volumes: o.volumes, ...(o.securityContext ? { securityContext: o.securityContext } : {}),
    containers: [{ name: 'c', image: BUSYBOX, command: ['sh', '-c', script], volumeMounts: o.mounts ?? o.volumes.map((v) => ({ name: v.name, mountPath: `/${v.name}` })), ...(o.resources ? { resources: o.resources } : {}) }],
  },
})
const path = (ns: string, name: string): string => `/api/v1/namespaces/${ns}/pods/${name}`

let count = 0
/** Runs the script in a pod of its own; answers what it printed. Fails when it fails. */
export async function output(ns: string, script: string, pod: VolumePod): Promise<string> {
  const name = `volumes-${count++}`
  await create(podOf(ns, name, script, pod))
  const ended = await eventually(`${name} has ended`, () => api().get<Pod>(path(ns, name)), (p) => ['Succeeded', 'Failed'].includes(p.status?.phase ?? ''))
  const log = await printed(ns, name)
  if (ended.status?.phase !== 'Succeeded') throw new Error(`${name} failed: ${log} ${JSON.stringify(ended.status)}`)
  return log.trimEnd()
}

/** A pod that runs on. `read` prints files; `shows` waits until they say so. */
export async function standing(ns: string, pod: VolumePod): Promise<{ name: string; shows(file: string, text: string): Promise<void>; read(file: string): Promise<string> }> {
  const name = `volumes-${count++}`
  await create(podOf(ns, name, 'while :; do sleep 1; done', pod))
  await eventually(`${name} runs`, () => api().get<Pod>(path(ns, name)), (p) => p.status?.phase === 'Running')
  const read = (file: string): Promise<string> => ok(['exec', '-n', ns, name, '--', 'sh', '-c', `cat ${file} 2>/dev/null || echo absent`])
  return { name, read, async shows(file, text) { await eventually(`${file} says ${text}`, () => read(file), (found) => found.trim() === text) } }
}

export const configMapOf = (ns: string, name: string, data: Record<string, string>, more: object = {}): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: ns }, data, ...more })
export const secretOf = (ns: string, name: string, stringData: Record<string, string>, more: object = {}): object => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: ns }, stringData, ...more })
export const patch = (ns: string, what: string, change: object): Promise<string> => ok(['patch', '-n', ns, ...what.split(' '), '--type', 'merge', '-p', JSON.stringify(change)])
export const remove = (ns: string, what: string): Promise<string> => ok(['delete', '-n', ns, ...what.split(' ')])
