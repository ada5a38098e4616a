/** The section "Usage" of a detail page: cpu, memory and network of the last hour. */
import Box from '@mui/material/Box'
import Skeleton from '@mui/material/Skeleton'
import { Suspense, useMemo } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeObject } from '../../../shared/api/meta.ts'
import { Pods } from '../../../shared/api/resources.ts'
import type { Namespace, Node, Pod } from '../../../shared/api/types.ts'
import type { MetricsScope } from '../../../shared/ipc.ts'
import { useResource } from '../../cache/hooks.ts'
import { formatBytes, formatCpu } from '../../lib/format.ts'
import { Section } from '../../ui/parts.tsx'
import { namespaceBounds, networkChart, nodeBounds, podBounds, usageChart, workloadBounds, type Amounts } from './model.ts'
import { useHistory } from './useHistory.ts'
import { part } from '../../lib/part.ts'

const Plot = part(() => import('./Plot.tsx'))
const cores = (millis: number): string => formatCpu(Math.round(millis))
const size = (bytes: number): string => formatBytes(Math.round(bytes))
const rate = (bytes: number): string => `${formatBytes(Math.round(bytes))}/s`

const Grid = ({ children }: { children: ReactNode }) => <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: 'repeat(auto-fit, minmax(240px, 1fr))' }}>{children}</Box>
/** As high as a chart: what stands below must not jump. */
const Place = () => {
  const { t } = useTranslation()
  return <Skeleton variant="rounded" height={200} role="status" aria-label={t('common.loading')} />
}
const places = <><Place /><Place /></>

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
      {!history && error === '' && <Grid>{places}</Grid>}
      <Suspense fallback={<Grid>{places}</Grid>}>
        <Grid>
          {charts.map((c) => <Plot key={c.title} title={c.title} chart={c.chart} format={c.format} binary={c.format !== cores} locale={i18n.language} />)}
        </Grid>
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
/** A workload's, of which the pods are known already. Measured under its own kind and name, so that pods that are gone count too. */
export function WorkloadUsage({ object: { kind, metadata }, pods }: { object: KubeObject; pods: readonly Pod[] }) {
  const bounds = useMemo(() => workloadBounds(pods), [pods])
  return <Charts scope={{ kind: 'workload', namespace: metadata.namespace ?? '', workload: kind, name: metadata.name }} {...bounds} />
}
