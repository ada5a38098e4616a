import AddIcon from '@mui/icons-material/Add'
import Button from '@mui/material/Button'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LocalNodes, Nodes, Pods } from '../../../shared/api/resources.ts'
import type { Node } from '../../../shared/api/types.ts'
import { useCluster, useResource } from '../../cache/hooks.ts'
import { chosenOf } from '../../lib/address.ts'
import type { Address } from '../../lib/address.ts'
import { Age } from '../../lib/clock.tsx'
import { formatBytes, formatCpu } from '../../lib/format.ts'
import type { Column } from '../../ui/DataTable.tsx'
import { ResourcePage } from '../../ui/ResourcePage.tsx'
import { StatusWord } from '../../ui/status.tsx'
import { AddNode } from './AddNode.tsx'
import { NodeDetail } from './NodeDetail.tsx'
import { PlannedDetail } from './PlannedDetail.tsx'
import { nextName, plannedNodes, powerLevel, powerOf } from './local.ts'
import { allocatable, nodeStatus, rolesOf, usageByNode } from './model.ts'

export default function NodesPage(address: Address) {
  const { t } = useTranslation()
  const pods = useResource(Pods).items
  const usage = useMemo(() => usageByNode(pods), [pods])
  const locals = useResource(LocalNodes)
  const nodes = useResource(Nodes)
  // While nodes are still being read, none of them is missing.
  const planned = useMemo(() => (nodes.state === 'loading' ? [] : plannedNodes(locals.items, nodes.items)), [locals.items, nodes.items, nodes.state])
  const isPlanned = useMemo(() => { const names = new Set(planned.map((n) => n.metadata.name)); return (n: Node): boolean => names.has(n.metadata.name) }, [planned])
  const hollow = useCluster()?.runtime === 'hollow'
  const [adding, setAdding] = useState(false)
  const add = <Button variant="contained" startIcon={<AddIcon />} onClick={() => setAdding(true)}>{t('nodes.add')}</Button>
  const columns = useMemo<Column<Node>[]>(() => {
    const used = (n: Node, what: 'cpu' | 'memory' | 'pods'): number => usage.get(n.metadata.name)?.[what] ?? 0
    return [
      { id: 'name', label: t('common.name'), width: 'minmax(120px, 2fr)', value: (n) => n.metadata.name },
      { id: 'status', vital: true, label: t('common.status'), width: 'minmax(110px, 1fr)', value: (n) => (isPlanned(n) ? '' : nodeStatus(n).word), render: (n) => isPlanned(n) ? '–' : <StatusWord level={nodeStatus(n).level}>{nodeStatus(n).word}</StatusWord> },
      { id: 'power', label: t('nodes.power'), width: '110px', value: (n) => powerOf(locals.get(n.metadata.name)), render: (n) => { const p = powerOf(locals.get(n.metadata.name)); return <StatusWord level={powerLevel[p]}>{t(`nodes.power.${p}`)}</StatusWord> } },
      { id: 'roles', label: t('nodes.roles'), width: 'minmax(64px, 1fr)', value: rolesOf, render: (n) => rolesOf(n) || '–' },
      { id: 'cpu', label: t('pods.cpu'), width: '100px', right: true, value: (n) => used(n, 'cpu'), render: (n) => isPlanned(n) ? '–' : `${formatCpu(used(n, 'cpu'))} / ${formatCpu(allocatable(n).cpu)}` },
      { id: 'memory', label: t('pods.memory'), width: '120px', right: true, value: (n) => used(n, 'memory'), render: (n) => isPlanned(n) ? '–' : `${formatBytes(used(n, 'memory'))} / ${formatBytes(allocatable(n).memory)}` },
      { id: 'pods', label: t('nav.pods'), width: '84px', right: true, value: (n) => used(n, 'pods'), render: (n) => isPlanned(n) ? '–' : `${used(n, 'pods')} / ${allocatable(n).pods}` },
      { id: 'version', label: t('nodes.version'), width: 'minmax(134px, 1fr)', value: (n) => n.status?.nodeInfo?.kubeletVersion ?? '–' },
      { id: 'age', label: t('common.age'), width: '64px', right: true, value: (n) => -Date.parse(n.metadata.creationTimestamp ?? ''), render: (n) => <Age time={n.metadata.creationTimestamp} /> },
    ]
  }, [t, usage, locals, isPlanned])
  return (
    <>
      <ResourcePage
        type={Nodes} title={t('nodes.title')} path="/nodes" columns={columns} action={add} empty={t('nodes.empty')} emptyAction={add} chosen={chosenOf(address)} planned={planned}
        detail={(n) => { const local = locals.get(n.metadata.name); return isPlanned(n) && local ? <PlannedDetail key={n.metadata.uid} local={local} tab={address.tab} /> : <NodeDetail key={n.metadata.uid} node={n} local={local} usage={usage.get(n.metadata.name)} tab={address.tab} /> }}
      />
      {adding && <AddNode suggestion={nextName(locals.items.map((l) => l.metadata.name), hollow)} onClose={() => setAdding(false)} />}
    </>
  )
}
