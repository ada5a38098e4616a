/** The pods that belong to an object, live. */
import { useMemo } from 'react'
import type { KubeObject } from '../../shared/api/meta.ts'
import { Pods } from '../../shared/api/resources.ts'
import type { Pod } from '../../shared/api/types.ts'
import { labelSelectorMatches } from '../../shared/selectors.ts'
import { useResource } from '../cache/hooks.ts'
import type { PodsOf } from './view.ts'

/** The objects whose controller is this one. */
export const ownedBy = <T extends KubeObject>(items: readonly T[], owner: KubeObject): T[] => items.filter((o) => o.metadata.ownerReferences?.some((r) => r.controller && r.uid === owner.metadata.uid))

/** `between`: the object's own of the kind that stands between, where there is one. */
export function podsOf<T extends KubeObject>(how: PodsOf<T>, object: T, pods: readonly Pod[], between: readonly KubeObject[]): readonly Pod[] {
  if ('selected' in how) {
    const selector = how.selected(object)
    return selector ? pods.filter((p) => labelSelectorMatches(selector, p.metadata.labels)) : []
  }
  return how.via ? between.flatMap((b) => ownedBy(pods, b)) : ownedBy(pods, object)
}

export interface Belongings {
  pods: readonly Pod[]
  /** What stands between the object and its pods: a deployment's replica sets. */
  between: readonly KubeObject[]
}
export function usePods<T extends KubeObject>(how: PodsOf<T> | undefined, object: T): Belongings {
  const { namespace } = object.metadata
  const via = how && 'owned' in how ? how.via : undefined
  const all = useResource(Pods, { namespace, active: how !== undefined }).items
  const allBetween = useResource(via ?? Pods, { namespace, active: via !== undefined }).items
  return useMemo(() => {
    const between = via ? ownedBy(allBetween, object) : []
    return { pods: how ? podsOf(how, object, all, between) : [], between }
  }, [how, object, all, via, allBetween])
}
