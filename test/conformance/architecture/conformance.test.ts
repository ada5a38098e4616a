import { expect, it } from 'vitest'
import type { KubeList } from '../../../shared/api/meta.ts'
import type { Node } from '../../../shared/api/types.ts'
import { api } from '../cluster.ts'

it('at least two untainted nodes', async () => {
  const { items } = await api().get<KubeList<Node>>('/api/v1/nodes')
  const usable = items.filter((n) => !n.spec?.unschedulable && !n.spec?.taints?.some((t) => t.effect !== 'PreferNoSchedule') && n.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True'))
  expect(usable.length).toBeGreaterThanOrEqual(2)
})
