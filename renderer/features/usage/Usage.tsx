/** The section "Usage" of a detail page: cpu, memory and network of the last hour. */
import Box from '@mui/material/Box'
import { Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Pods } from '../../../shared/api/resources.ts'
import type { Namespace, Node, Pod } from '../../../shared/api/types.ts'
import type { MetricsScope } from '../../../shared/ipc.ts'
import { useResource } from '../../cache/hooks.ts'
import { formatBytes, formatCpu } from '../../lib/format.ts'
import { Section } from '../../ui/parts.tsx'
import { Rows } from '../../ui/states.tsx'
import { namespaceBounds, networkChart, nodeBounds, podBounds, usageChart, type Amounts } from './model.ts'
import { useHistory } from './useHistory.ts'
import { part } from '../../lib/part.ts'

const Plot = part(() => import('./Plot.tsx'))
const cores = (millis: number): string => formatCpu(Math.round(millis))
const size = (bytes: number): string => formatBytes(Math.round(bytes))
const rate = (bytes: number): string => `${formatBytes(Math.round(bytes))}/s`

function Charts({ scope, requests, limits }: { scope: MetricsScope; requests: Amounts; limits: Amounts }) {
  const { t, i18n } = useTranslation()
  const { history, error } = useHistory(scope)
  const charts = useMemo(() => {
    if (!history?.times.length) return []
    const words = { used: t('usage.used'), requested: t('usage.requested'), limit: t(scope.kind === 'node' ? 'usage.allocatable' : 'usage.limit') }
    const moved = [...history.rx, ...history.tx].some((n) => n)
    return [
      { title: t('usage.cpu'), chart: usageChart(history, 'cpu', words, requests, limits), format: cores },
      { title: t('usage.memory'), chart: usageChart(history, 'memory', words, requests, limits), format: size },
      ...(moved ? [{ title: t('usage.network'), chart: networkChart(history, { received: t('usage.received'), sent: t('usage.sent') }), format: rate }] : []),
    ]
  }, [history, t, scope.kind, requests, limits])
  return (
    <Section title={t('usage.title')}>
      {history?.note && <Box role="note" sx={{ mb: 2, color: 'text.secondary' }}>{t('usage.hollow')}</Box>}
      {error !== '' && <Box role="alert" sx={{ mb: 2, color: 'level.failed' }}>{error}</Box>}
      {history && charts.length === 0 && <Box sx={{ color: 'text.secondary' }}>{t('usage.none')}</Box>}
      {!history && error === '' && <Rows count={3} />}
      <Suspense fallback={<Rows count={3} />}>
        <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: 'repeat(auto-fit, minmax(260px, 1fr))' }}>
          {charts.map((c) => <Plot key={c.title} title={c.title} chart={c.chart} format={c.format} locale={i18n.language} />)}
        </Box>
      </Suspense>
    </Section>
  )
}

export function PodUsage({ object: pod }: { object: Pod }) {
  const { name, namespace = '' } = pod.metadata
  const bounds = useMemo(() => podBounds(pod), [pod])
  return <Charts scope={{ kind: 'pod', namespace, name }} {...bounds} />
}
export function NodeUsage({ node, pods }: { node: Node; pods: readonly Pod[] }) {
  const bounds = useMemo(() => nodeBounds(node, pods), [node, pods])
  return <Charts scope={{ kind: 'node', name: node.metadata.name }} {...bounds} />
}
export function NamespaceUsage({ object: namespace }: { object: Namespace }) {
  const { name } = namespace.metadata
  const pods = useResource(Pods, { namespace: name }).items
  const bounds = useMemo(() => namespaceBounds(pods), [pods])
  return <Charts scope={{ kind: 'namespace', name }} {...bounds} />
}
