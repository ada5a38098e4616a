/** The section "Usage" of a detail page: cpu, memory, network, disk and restarts of the time that is chosen. */
import Box from '@mui/material/Box'
import Skeleton from '@mui/material/Skeleton'
import Button from '@mui/material/Button'
import MenuItem from '@mui/material/MenuItem'
import Select from '@mui/material/Select'
import ToggleButton from '@mui/material/ToggleButton'
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup'
import { useId, useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeObject } from '../../../shared/api/meta.ts'
import { Pods } from '../../../shared/api/resources.ts'
import type { Namespace, Node, Pod } from '../../../shared/api/types.ts'
import type { MetricsScope } from '../../../shared/ipc.ts'
import { useResource, useValue } from '../../cache/hooks.ts'
import { formatBytes, formatCpu } from '../../lib/format.ts'
import { Section } from '../../ui/parts.tsx'
import { Said } from '../../ui/Said.tsx'
import { usageRange } from '../../lib/prefs.ts'
import { containerBounds, flowChart, namespaceBounds, nodeBounds, podBounds, RANGES, requestOf, restartChart, usageChart, workloadBounds, type Amounts, type Range, type Zoom } from './model.ts'
import { useHistory } from './useHistory.ts'
import { part, Wait } from '../../lib/part.ts'

const Plot = part(() => import('./Plot.tsx'))
const cores = (millis: number): string => formatCpu(Math.round(millis))
const size = (bytes: number): string => formatBytes(Math.round(bytes))
const count = (n: number): string => String(Math.round(n * 10) / 10)
const rate = (bytes: number): string => `${formatBytes(Math.round(bytes))}B/s`

const Grid = ({ children }: { children: ReactNode }) => <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: 'repeat(auto-fit, minmax(240px, 1fr))' }}>{children}</Box>
/** As high as a chart: what stands below must not jump. */
const Place = () => {
  const { t } = useTranslation()
  return <Skeleton variant="rounded" height={200} role="status" aria-label={t('common.loading')} />
}
const places = <><Place /><Place /></>

function Charts({ scope, requests, limits, action }: { scope: MetricsScope; requests: Amounts; limits: Amounts; action?: ReactNode }) {
  const { t, i18n } = useTranslation()
  const range = useValue(usageRange)
  const [zoom, setZoom] = useState<Zoom>()
  const group = useId()
  const { history, error } = useHistory({ ...scope, ...requestOf(range, zoom) })
  const charts = useMemo(() => {
    if (!history?.times.length) return []
    const words = { used: t('usage.used'), requested: t('usage.requested'), limit: t(scope.kind === 'node' ? 'usage.allocatable' : 'usage.limit') }
    const any = (...all: (number | null)[][]): boolean => all.some((values) => values.some((n) => n))
    return [
      { title: t('usage.cpu'), chart: usageChart(history, 'cpu', words, requests, limits), format: cores },
      { title: t('usage.memory'), chart: usageChart(history, 'memory', words, requests, limits), format: size },
      ...(any(history.rx, history.tx) ? [{ title: t('usage.network'), chart: flowChart(history, ['rx', 'tx'], [t('usage.received'), t('usage.sent')]), format: rate }] : []),
      ...(any(history.read, history.write) ? [{ title: t('usage.disk'), chart: flowChart(history, ['read', 'write'], [t('usage.read'), t('usage.written')]), format: rate }] : []),
      ...(any(history.restarts) ? [{ title: t('usage.restarts'), chart: restartChart(history, t('usage.restarts')), format: count }] : []),
    ]
  }, [history, t, scope.kind, requests, limits])
  const choose = (chosen: Range | null): void => {
    if (!chosen) return
    setZoom(undefined)
    usageRange.set(chosen)
  }
  const choice = (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 2 }}>
      {zoom && <Button size="small" sx={{ height: 24 }} onClick={() => setZoom(undefined)}>{t('usage.whole')}</Button>}
      {action}
      <ToggleButtonGroup exclusive value={range} aria-label={t('usage.range')} onChange={(_e, value: Range | null) => choose(value)}>
        {(Object.keys(RANGES) as Range[]).map((r) => <ToggleButton key={r} value={r} sx={{ height: 24, px: 2, textTransform: 'none', whiteSpace: 'nowrap', fontSize: 12 }}>{t(`usage.range.${r}`)}</ToggleButton>)}
      </ToggleButtonGroup>
    </Box>
  )
  return (
    <Section title={t('usage.title')} action={choice}>
      {history?.note && <Box role="note" sx={{ mb: 2, color: 'text.secondary' }}>{t('usage.hollow')}</Box>}
      {error !== '' && <Box role="alert" sx={{ mb: 2, color: 'level.failed' }}><Said text={error} /></Box>}
      {history && charts.length === 0 && <Box sx={{ color: 'text.secondary' }}>{t(zoom ? 'usage.noneThen' : 'usage.none')}</Box>}
      {!history && error === '' && <Grid>{places}</Grid>}
      <Wait value={<Place />}>
        <Grid>
          {charts.map((c) => <Plot key={c.title} title={c.title} chart={c.chart} format={c.format} binary={c.format === size || c.format === rate} locale={i18n.language} group={group} zoom={zoom} setZoom={setZoom} />)}
        </Grid>
      </Wait>
    </Section>
  )
}

/** A pod's, or that of one of its containers. */
export function PodUsage({ object: pod }: { object: Pod }) {
  const { t } = useTranslation()
  const { name, namespace = '' } = pod.metadata
  const [chosen, setChosen] = useState('')
  const names = [...pod.spec.containers, ...(pod.spec.initContainers ?? []), ...(pod.spec.ephemeralContainers ?? [])].map((c) => c.name)
  const container = names.includes(chosen) ? chosen : ''
  const bounds = useMemo(() => (container ? containerBounds(pod, container) : podBounds(pod)), [pod, container])
  const choice = names.length > 1 && (
    <Select value={container} displayEmpty variant="standard" disableUnderline onChange={(e) => setChosen(e.target.value)} SelectDisplayProps={{ 'aria-label': t('usage.container') }} sx={{ fontSize: 12.5 }}>
      <MenuItem value="">{t('usage.allContainers')}</MenuItem>
      {names.map((n) => <MenuItem key={n} value={n}>{n}</MenuItem>)}
    </Select>
  )
  return <Charts key={container} scope={container ? { kind: 'container', namespace, pod: name, name: container } : { kind: 'pod', namespace, name }} {...bounds} action={choice} />
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
