/** What one request does to a workload. */
import type { KubeObject } from '../../../../shared/api/meta.ts'
import type { ResourceType } from '../../../../shared/api/resources.ts'
import type { PodTemplateSpec } from '../../../../shared/api/types.ts'
import { confirmed } from '../../../kinds/actions/confirm.tsx'
import type { Action } from '../../../kinds/view.ts'

/** A change of it makes every pod a new one. Source: kubectl rollout restart. */
export const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt'
type Templated = KubeObject & { spec: { template: PodTemplateSpec } }

export const restart = <T extends Templated>(type: ResourceType<T>): Action<T> => confirmed<T>({
  id: 'restart', label: 'action.restart', prominent: true, key: 'r', body: 'workloads.restartBody', done: 'done.restarted',
  run: (api, { metadata: { namespace, name } }) => api.merge(type, { namespace, name }, { spec: { template: { metadata: { annotations: { [RESTARTED_AT]: new Date().toISOString() } } } } }),
})

/** A field that stops something while it is true. */
function toggles<T extends KubeObject>(type: ResourceType<T>, field: 'paused' | 'suspend', words: { off: Pick<Action<T>, 'id' | 'label'> & { body: 'deployments.pauseBody' | 'workloads.suspendBody'; done: 'done.paused' | 'done.suspended' }; on: Pick<Action<T>, 'id' | 'label'> & { body: 'deployments.resumeBody' | 'workloads.resumeBody'; done: 'done.resumed' } }, may: (o: T) => boolean): Action<T>[] {
  const is = (o: T): boolean => (o as unknown as { spec: Record<string, unknown> }).spec[field] === true
  const set = (value: boolean) => (api: { merge(type: ResourceType<T>, where: { namespace?: string | undefined; name: string }, body: unknown): Promise<unknown> }, { metadata: { namespace, name } }: T) => api.merge(type, { namespace, name }, { spec: { [field]: value } })
  return [
    confirmed<T>({ ...words.off, when: (o) => may(o) && !is(o), run: set(true), undo: set(false) }),
    confirmed<T>({ ...words.on, prominent: true, when: (o) => may(o) && is(o), run: set(false), undo: set(true) }),
  ]
}
export const pauseAndResume = <T extends KubeObject>(type: ResourceType<T>): Action<T>[] =>
  toggles(type, 'paused', { off: { id: 'pause', label: 'action.pause', body: 'deployments.pauseBody', done: 'done.paused' }, on: { id: 'resume', label: 'action.resume', body: 'deployments.resumeBody', done: 'done.resumed' } }, () => true)
export const suspendAndResume = <T extends KubeObject>(type: ResourceType<T>, may: (o: T) => boolean = () => true): Action<T>[] =>
  toggles(type, 'suspend', { off: { id: 'suspend', label: 'action.suspend', body: 'workloads.suspendBody', done: 'done.suspended' }, on: { id: 'resume', label: 'action.resume', body: 'workloads.resumeBody', done: 'done.resumed' } }, may)
