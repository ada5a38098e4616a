/** Names of objects that lead to their page, where they have one. */
import type { ReactNode } from 'react'
import type { OwnerReference } from '../../shared/api/meta.ts'
import type { ResourceType } from '../../shared/api/resources.ts'
import { useValue } from '../cache/hooks.ts'
import { Go } from '../ui/parts.tsx'
import { addressIn, customPath, entryOf, entryOfType } from './catalog.ts'
import { served } from './discovery.ts'

/** The address of an object of a known or a custom kind; undefined when no page shows it. */
export function addressOf(apiVersion: string | undefined, kind: string, where: { namespace?: string | undefined; name: string }): string | undefined {
  const entry = entryOf(apiVersion, kind)
  if (entry) return addressIn(entry.path, entry.type.namespaced ? where : { name: where.name })
  const group = apiVersion?.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  const custom = served.get()?.custom.find((t) => t.group === group && t.kind === kind)
  return custom && addressIn(customPath(custom), custom.namespaced ? where : { name: where.name })
}
export const pathOfType = (t: ResourceType): string => entryOfType(t)?.path ?? customPath(t)

interface To {
  apiVersion?: string | undefined
  kind: string
  name: string
  namespace?: string | undefined
  children?: ReactNode
}
export function ObjectLink({ apiVersion, kind, name, namespace, children }: To) {
  useValue(served)
  const address = addressOf(apiVersion, kind, { namespace, name })
  const words = children ?? `${kind}/${name}`
  return address === undefined ? <>{words}</> : <Go to={address}>{words}</Go>
}

export function Owners({ owners, namespace }: { owners: readonly OwnerReference[]; namespace: string | undefined }) {
  return owners.map((o) => <div key={o.uid}><ObjectLink apiVersion={o.apiVersion} kind={o.kind} name={o.name} namespace={namespace} /></div>)
}
