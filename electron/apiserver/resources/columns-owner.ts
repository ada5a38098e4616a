/** How a column names the controller of an object. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import { NONE } from './columns.ts'

/** `daemonset.apps/web`; `<none>` without a controller. */
export function ownerText(object: KubeObject): string {
  const owner = object.metadata.ownerReferences?.find((r) => r.controller)
  if (!owner) return NONE
  const [group, version] = owner.apiVersion.split('/')
  return `${owner.kind.toLowerCase()}${version ? `.${group}` : ''}/${owner.name}`
}
