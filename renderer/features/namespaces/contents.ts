/** How many objects of each kind a namespace holds, live, without holding them. */
import { useEffect, useState } from 'react'
import type { ResourceType } from '../../../shared/api/resources.ts'
import { useServices, useValue } from '../../cache/hooks.ts'
import { catalog, customPath, nameOf } from '../../kinds/catalog.ts'
import { served } from '../../kinds/discovery.ts'

export interface Content {
  kind: string
  /** Where those of the chosen namespace are listed. */
  path: string
  count: number
}
/** What belongs to no namespace, and what every namespace is given, is nobody's content. */
export const contentsOf = (counts: Readonly<Record<string, number>>, custom: readonly ResourceType[] = []): Content[] =>
  [...catalog, ...custom.map((type) => ({ type, path: customPath(type) }))]
    .filter((e) => e.type.namespaced).map((e) => ({ kind: e.type.kind, path: e.path, count: counts[nameOf(e.type)] ?? 0 })).filter((c) => c.count > 0)

export function useContents(namespace: string): Content[] {
  const { transport } = useServices()
  const [counts, setCounts] = useState<Readonly<Record<string, number>>>({})
  useEffect(() => transport.subscribe('api.counts', { namespace }, setCounts, () => setCounts({})), [transport, namespace])
  return contentsOf(counts, useValue(served)?.custom)
}
