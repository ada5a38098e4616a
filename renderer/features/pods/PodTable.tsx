/** The columns of pods, and a short list of them for other objects' details. */
import Box from '@mui/material/Box'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pod } from '../../../shared/api/types.ts'
import { Age } from '../../lib/clock.tsx'
import { formatBytes, formatCpu } from '../../lib/format.ts'
import type { Column } from '../../ui/DataTable.tsx'
import { Go } from '../../ui/parts.tsx'
import { StatusWord } from '../../ui/status.tsx'
import { podRow } from './model.ts'

export function usePodColumns(): Column<Pod>[] {
  const { t } = useTranslation()
  return useMemo<Column<Pod>[]>(() => [
    { id: 'name', label: t('common.name'), width: 'minmax(180px, 3fr)', value: (p) => p.metadata.name },
    { id: 'namespace', label: t('common.namespace'), width: 'minmax(80px, 1fr)', value: (p) => p.metadata.namespace ?? '' },
    { id: 'status', vital: true, label: t('common.status'), width: 'minmax(130px, 1.4fr)', value: (p) => podRow(p).word, render: (p) => <StatusWord level={podRow(p).level}>{podRow(p).word}</StatusWord> },
    { id: 'ready', label: t('common.ready'), width: '56px', right: true, value: (p) => podRow(p).ready },
    { id: 'restarts', label: t('pods.restarts'), width: '64px', right: true, value: (p) => podRow(p).restartCount },
    { id: 'node', label: t('common.node'), width: 'minmax(80px, 1fr)', value: (p) => p.spec.nodeName ?? '', render: (p) => p.spec.nodeName ?? '–' },
    { id: 'cpu', label: t('pods.cpu'), width: '56px', right: true, value: (p) => podRow(p).cpu, render: (p) => (podRow(p).cpu ? formatCpu(podRow(p).cpu) : '–') },
    { id: 'memory', label: t('pods.memory'), width: '64px', right: true, value: (p) => podRow(p).memory, render: (p) => (podRow(p).memory ? formatBytes(podRow(p).memory) : '–') },
    { id: 'age', label: t('common.age'), width: '64px', right: true, value: (p) => -Date.parse(p.metadata.creationTimestamp ?? ''), render: (p) => <Age time={p.metadata.creationTimestamp} /> },
  ], [t])
}

const MOST = 200
export function PodList({ pods }: { pods: readonly Pod[] }) {
  const { t } = useTranslation()
  if (pods.length === 0) return <Box sx={{ color: 'text.secondary' }}>{t('common.none')}</Box>
  return (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', fontVariantNumeric: 'tabular-nums' }}>
      {pods.slice(0, MOST).map((p) => (
        <Box component="li" key={p.metadata.uid ?? p.metadata.name} sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 2fr) minmax(0, 1fr) 40px 56px', columnGap: 3, py: 1, alignItems: 'center', '& > *': { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } }}>
          <Go to={`/pods/${p.metadata.namespace ?? ''}/${p.metadata.name}`}>{p.metadata.name}</Go>
          <StatusWord level={podRow(p).level}>{podRow(p).word}</StatusWord>
          <span>{podRow(p).ready}</span>
          <Box sx={{ textAlign: 'right', color: 'text.secondary' }}><Age time={p.metadata.creationTimestamp} /></Box>
        </Box>
      ))}
      {pods.length > MOST && <Box component="li" sx={{ color: 'text.secondary', pt: 1 }}>{t('common.shown', { shown: MOST, total: pods.length })}</Box>}
    </Box>
  )
}
