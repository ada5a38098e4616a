/** How the history of an object is asked for. */
import type { AnyObject } from '../../../shared/api/meta.ts'
import { historyName, type ObjectHistory } from '../../../shared/api/object-history.ts'
import type { ResourceType } from '../../../shared/api/resources.ts'
import type { Api } from '../../cache/api.ts'

export interface Subject {
  type: ResourceType
  namespace: string | undefined
  name: string
}
/** The history of what has no namespace is in every one. */
const pathTo = ({ type, namespace, name }: Subject): string => `/apis/pilothouse.dev/v1/namespaces/${namespace ?? 'default'}/objecthistories/${encodeURIComponent(historyName(type.group, type.resource, name))}`

export const historyOf = (api: Api, subject: Subject, signal: AbortSignal): Promise<ObjectHistory> => api.request({ method: 'GET', path: pathTo(subject) }, signal)
export const stateAt = (api: Api, subject: Subject, revision: number, signal?: AbortSignal): Promise<AnyObject> => api.request({ method: 'GET', path: `${pathTo(subject)}/at?revision=${revision}` }, signal)
export const restore = (api: Api, subject: Subject, revision: number, dryRun: boolean): Promise<AnyObject> =>
  api.request({ method: 'POST', path: `${pathTo(subject)}/restore${dryRun ? '?dryRun=All' : ''}`, body: { apiVersion: 'pilothouse.dev/v1', kind: 'ObjectRestore', revision } })

/** What a revision is compared with: the one before it, or the youngest. undefined: there is none that is known. */
export function comparedWith({ revisions }: Pick<ObjectHistory, 'revisions'>, revision: number, how: 'before' | 'now'): number | undefined {
  const at = revisions.findIndex((r) => r.revision === revision)
  const other = how === 'before' ? revisions[at + 1] : revisions[0]
  return at < 0 || !other || other.operation === 'Deleted' || other.revision === revision ? undefined : other.revision
}
