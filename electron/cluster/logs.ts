/** The central log store, and the sink that puts the control plane's own records into it. */
import type { Settings } from '../../shared/ipc.ts'
import type { LogSink } from '../../shared/log.ts'
import type { Pod } from '../../shared/api/types.ts'
import type { Lister } from '../client/types.ts'
import { createAuditCollector, createComponentLogSink, openLogStore, type LogCollector, type PodFacts } from '../logging/index.ts'
import type { ContainerRuntime } from '../kubelet/runtime/types.ts'
import type { KeptLogs, LogStore } from '../logging/types.ts'
import { workloadOf } from '../metrics/workload.ts'
import { createAuditLog } from './audit-log.ts'
import { missedAudit } from './audit-resume.ts'
import type { BuildContext } from './context.ts'

/** What the log store is to keep, as the settings say it. */
export const keptLogs = ({ days, megabytes }: Settings['keptLogs']): KeptLogs => ({ maxAgeMs: days * 86_400_000, limitBytes: megabytes * 1024 * 1024 })

export async function openLogs({ data, clock, teardown }: Omit<BuildContext, 'network'>, addSink: (sink: LogSink) => () => void, kept: Settings['keptLogs']): Promise<LogStore> {
  const store = await openLogStore({ directory: data.logs, clock, ...keptLogs(kept) })
  teardown.add('log store', () => store.close())
  teardown.add('component logs', addSink(createComponentLogSink(store)))
  return store
}

/** Takes audit events into the store. To be called before there are any of this run: what its files have already may have been missed. */
export async function collectAudit({ data, clock, teardown }: Pick<BuildContext, 'data' | 'clock' | 'teardown'>, store: LogStore): Promise<(event: string) => void> {
  const files = await createAuditLog({ directory: data.audit, clock }).open()
  const collector = createAuditCollector({ store, clock, missed: (last) => missedAudit(files, last) })
  teardown.add('audit in the log', () => collector.stop())
  return (event) => collector.take(event)
}

/** What the collector tells of a pod with its lines. */
export const podFacts = (pods: Pick<Lister<Pod>, 'get'>) => ({ name, namespace, uid }: { name: string; namespace: string; uid: string }): PodFacts | undefined => {
  const pod = pods.get(name, namespace)
  if (pod?.metadata.uid !== uid) return undefined
  const workload = workloadOf(pod)
  return { labels: pod.metadata.labels ?? {}, workload: workload ? `${workload.kind}/${workload.name}` : '' }
}

/** The runtime as kubelets have it: with a container its log goes too, so one that has ended is removed when its last lines have been read. */
export const removingWhatIsRead = (runtime: ContainerRuntime, collector: Pick<LogCollector, 'read'>): ContainerRuntime => Object.assign(Object.create(runtime) as ContainerRuntime, {
  removeContainer: async (id: string) => {
    await collector.read(id)
    await runtime.removeContainer(id)
  },
})
