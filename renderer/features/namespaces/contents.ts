/** How many objects of each kind a namespace holds, live, without holding them. */
import { useEffect, useState } from 'react'
import { useServices } from '../../cache/hooks.ts'
import { catalog, nameOf } from '../../kinds/catalog.ts'

export interface Content {
  kind: string
  count: number
}
/** What belongs to no namespace, and what every namespace is given, is nobody's content. */
export const contentsOf = (counts: Readonly<Record<string, number>>): Content[] =>
  catalog.filter((e) => e.type.namespaced).map((e) => ({ kind: e.type.kind, count: counts[nameOf(e.type)] ?? 0 })).filter((c) => c.count > 0)

export function useContents(namespace: string): Content[] {
  const { transport } = useServices()
  const [counts, setCounts] = useState<Readonly<Record<string, number>>>({})
  useEffect(() => transport.subscribe('api.counts', { namespace }, setCounts, () => setCounts({})), [transport, namespace])
  return contentsOf(counts)
}
