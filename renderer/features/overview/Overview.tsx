/** The cluster at a glance; on the first run, the way to the first deployment. */
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useMemo } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Deployments, Events, Nodes, Pods } from '../../../shared/api/resources.ts'
import { useCluster, useResource, useValue } from '../../cache/hooks.ts'
import { chosenNamespace } from '../../lib/prefs.ts'
import { componentsIn } from '../../lib/spoken.ts'
import type { Level } from '../../theme/theme.ts'
import { DeployButton } from '../../ui/DeployButton.tsx'
import { Facts, Go, Mono } from '../../ui/parts.tsx'
import type { Fact } from '../../ui/parts.tsx'
import { Said } from '../../ui/Said.tsx'
import { Mark, StatusWord } from '../../ui/status.tsx'
import { Empty, ErrorState, Rows } from '../../ui/states.tsx'
import { grouped } from '../architecture/health.ts'
import { entryOfType } from '../../kinds/catalog.ts'
import { Troubles, useWorkloads } from './Troubles.tsx'
import { EventLines } from '../events/EventList.tsx'
import { newestFirst } from '../events/model.ts'
import { allocatable, isReady, sum, usageByNode } from '../nodes/model.ts'
import { Meters } from '../nodes/NodeDetail.tsx'

function Card({ title, children, to }: { title: string; children: ReactNode; to?: string }) {
  return (
    <Box component="section" aria-label={title} sx={{ border: '1px solid', borderColor: 'divider', borderRadius: '6px', backgroundColor: 'background.paper', p: 4, minWidth: 0 }}>
      <Typography variant="h2" sx={{ mb: 3 }}>{to ? <Go to={to}>{title}</Go> : title}</Typography>
      {children}
    </Box>
  )
}

function Figure({ title, to, total, parts }: { title: string; to: string; total: number; parts: [Level, number][] }) {
  const { t } = useTranslation()
  return (
    <Card title={title} to={to}>
      <Box sx={{ fontSize: 26, fontWeight: 600, lineHeight: 1.1, fontVariantNumeric: 'tabular-nums' }}>{total}</Box>
      <Box sx={{ display: 'flex', gap: 3, mt: 2, flexWrap: 'wrap', minHeight: 20, color: 'text.secondary' }}>
        {parts.filter(([, n]) => n > 0).map(([level, n]) => <Box key={level} sx={{ display: 'flex', alignItems: 'center', gap: 1.5 }}><Mark level={level} /><span aria-hidden={false}>{n} {t(`status.${level}`)}</span></Box>)}
      </Box>
    </Card>
  )
}
const tally = <T,>(items: readonly T[], level: (x: T) => Level): [Level, number][] => (['ok', 'working', 'waiting', 'warning', 'failed'] as const).map((l) => [l, items.reduce((n, x) => n + (level(x) === l ? 1 : 0), 0)])

export default function Overview() {
  const { t } = useTranslation()
  const cluster = useCluster()
  const namespace = useValue(chosenNamespace)
  const nodes = useResource(Nodes)
  const allPods = useResource(Pods)
  const { items: pods } = useResource(Pods, { namespace })
  const deployments = useResource(Deployments, { namespace })
  const workloads = useWorkloads(namespace)
  const events = useResource(Events, { namespace })
  const used = useMemo(() => sum(usageByNode(allPods.items).values()), [allPods.items])
  const total = useMemo(() => sum(nodes.items.filter(isReady).map(allocatable)), [nodes.items])
  const recent = useMemo(() => newestFirst(events.items).slice(0, 8), [events.items])

  if (nodes.state === 'loading' || allPods.state === 'loading') return <Rows />
  if (allPods.state === 'error' && allPods.error) return <ErrorState error={allPods.error} retry={allPods.retry} />
  const first = deployments.items.length === 0 && pods.length === 0
  const access: Fact[] = [[t('nodes.version'), cluster ? `Pilothouse ${cluster.version}, ${t('overview.kubernetes', { version: cluster.kubernetesVersion })}` : '–']]
  if (cluster?.engine) access.push([t('overview.engine'), cluster.runtime === 'hollow' ? t('top.hollow') : cluster.engine.available ? (cluster.engine.version ?? '–') : <Said key="e" text={cluster.engine.message} />])
  if (cluster?.apiServer) access.push([t('overview.apiServer'), <Mono key="a">{cluster.apiServer}</Mono>])
  if (cluster?.kubeconfig) access.push([t('overview.kubeconfig'), <Mono key="k">{cluster.kubeconfig}</Mono>])
  return (
    <Box sx={{ height: '100%', overflow: 'auto' }}>
      <Box sx={{ px: 4, height: 48, display: 'flex', alignItems: 'center', borderBottom: '1px solid', borderColor: 'divider' }}>
        <Typography variant="h1" sx={{ flex: 1 }}>{t('overview.title')}</Typography>
        {!first && <DeployButton />}
      </Box>
      <Box sx={{ p: 4, display: 'grid', gap: 4, maxWidth: 1400 }}>
        {first && <Box sx={{ border: '1px dashed', borderColor: 'divider', borderRadius: '6px' }}><Empty title={t('overview.empty')} action={<DeployButton />}>{t('overview.emptyBody')}</Empty></Box>}
        <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: 'repeat(auto-fit, minmax(128px, 1fr))', '& > section': { px: 3 } }}>
          <Figure title={t('overview.nodes')} to="/nodes" total={nodes.items.length} parts={tally(nodes.items, (n) => (isReady(n) ? 'ok' : 'failed'))} />
          {workloads.map(({ type, all }) => {
            const entry = entryOfType(type)
            // Everybody has deployments and pods, or is about to; the rest stands where there is any.
            return entry && (all.length > 0 || type === Deployments || type === Pods) && <Figure key={type.resource} title={t(entry.label)} to={entry.path} total={all.length} parts={tally(all, (w) => w.state.level)} />
          })}
        </Box>
        <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { xs: '1fr', md: '1fr 1fr' }, alignItems: 'start' }}>
          <Box sx={{ display: 'grid', gap: 4, minWidth: 0 }}>
            <Card title={t('overview.capacity')}><Meters used={used} total={total} /></Card>
            <Card title={t('overview.components')} to="/architecture">
              <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(200px, 1fr))', gap: 2 }}>
                {grouped(componentsIn(cluster?.components ?? [], t)).map((c) => <Box component="li" key={c.name} title={c.message} sx={{ minWidth: 0 }}><StatusWord level={c.healthy ? 'ok' : 'failed'}>{c.name}{c.count > 1 && <Box component="span" sx={{ color: 'text.secondary' }}> ×{c.count}</Box>}</StatusWord>{!c.healthy && <Box sx={{ color: 'text.secondary', pl: 5, overflowWrap: 'anywhere' }}>{c.message}</Box>}</Box>)}
                {!cluster?.components.length && <Box component="li" sx={{ color: 'text.secondary' }}>{t('overview.noComponents')}</Box>}
              </Box>
            </Card>
            <Card title={t('overview.access')}><Facts facts={access} /></Card>
          </Box>
          <Box sx={{ display: 'grid', gap: 4, minWidth: 0 }}>
          <Card title={t('overview.troubles')}><Troubles workloads={workloads} namespace={namespace} events={events.items} /></Card>
          <Card title={t('overview.recent')} to="/events">{recent.length === 0 ? <Box sx={{ color: 'text.secondary' }}>{t('overview.noEvents')}</Box> : <EventLines events={recent} about />}</Card>
          </Box>
        </Box>
      </Box>
    </Box>
  )
}
