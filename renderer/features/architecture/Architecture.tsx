/** The textbook picture, alive: each box says how it is. */
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useMemo, useRef } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Events, Nodes, Pods } from '../../../shared/api/resources.ts'
import type { Event, Node, Pod } from '../../../shared/api/types.ts'
import { useCluster, useResource } from '../../cache/hooks.ts'
import type { Key } from '../../i18n/i18n.ts'
import { Age } from '../../lib/clock.tsx'
import { componentsIn, saidIn } from '../../lib/spoken.ts'
import { MONO } from '../../theme/theme.ts'
import { Go } from '../../ui/parts.tsx'
import { Mark, StatusWord } from '../../ui/status.tsx'
import { lastSeen } from '../events/model.ts'
import { nodeStatus } from '../nodes/model.ts'
import { podRow } from '../pods/model.ts'
import { Lately } from './Lately.tsx'
import { Lights } from './Lights.tsx'
import { nodeBox } from './lights.ts'
import { healthOf, lastActions } from './health.ts'
import type { Health } from './health.ts'
import { rateText } from './rates.ts'
import type { Box as BoxName } from './rates.ts'
import { useRates } from './useRates.ts'
import { useTraffic } from './useTraffic.ts'

/** The last thing a part of the cluster did, in the words of its event. */
function LastAction({ event }: { event: Event | undefined }) {
  const { i18n: { language } } = useTranslation()
  if (!event) return null
  return (
    <Box sx={{ mt: 2, display: 'flex', gap: 2, fontSize: 12, color: 'text.secondary', minWidth: 0 }} title={saidIn(event.message ?? '', language)}>
      <Box component="span" sx={{ flex: 1, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{event.reason} {event.involvedObject.name}</Box>
      <Box component="span" sx={{ fontVariantNumeric: 'tabular-nums' }}><Age time={lastSeen(event)} /></Box>
    </Box>
  )
}

/** Drawn each in its own place; every other component is an add-on. */
const CORE = new Set(['etcd', 'kube-apiserver', 'kube-scheduler', 'kube-controller-manager', 'kubelet'])
/** Those that the textbook's picture has; others stand under their own name. */
const ADDONS: readonly { names: readonly string[]; title: Key; what: Key; to?: string; box?: BoxName }[] = [
  { names: ['kube-proxy'], title: 'architecture.proxy', what: 'architecture.proxyWhat', to: '/services' },
  { names: ['kube-dns', 'coredns'], title: 'architecture.dns', what: 'architecture.dnsWhat', to: '/services/kube-system/kube-dns', box: 'dns' },
  { names: ['ingress-controller', 'ingress'], title: 'architecture.ingress', what: 'architecture.ingressWhat', to: '/ingresses' },
  { names: ['pod-network', 'network'], title: 'architecture.network', what: 'architecture.networkWhat', to: '/networkpolicies' },
  { names: ['metrics', 'metrics-server'], title: 'architecture.metrics', what: 'architecture.metricsWhat', to: '/nodes' },
  { names: ['log-collector', 'logging'], title: 'architecture.logging', what: 'architecture.loggingWhat', to: '/logs' },
]

function Block({ box, title, name, what, health, children, strong, rate, unit = 'architecture.perSecond' }: { box: string; title: ReactNode; name?: string; what?: string; health?: Health | undefined; children?: ReactNode; strong?: boolean; rate?: number | undefined; unit?: 'architecture.perSecond' | 'architecture.writesPerSecond' | 'architecture.answersPerSecond' | 'architecture.stepsPerSecond' }) {
  const { t } = useTranslation()
  return (
    <Box data-box={box} sx={{ border: '1px solid', borderColor: strong ? 'primary.main' : health?.level === 'failed' ? 'level.failed' : 'divider', borderRadius: '6px', backgroundColor: 'background.paper', p: 3, minWidth: 0 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, fontWeight: 600 }}>
        <Mark level={health?.level ?? 'waiting'} />{title}
        {name !== undefined && <Box component="span" title={health?.message} sx={{ ml: 'auto', fontFamily: MONO, fontSize: 11.5, fontWeight: 400, color: 'text.secondary', whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' }}>{name}</Box>}
      </Box>
      {what !== undefined && <Box sx={{ color: 'text.secondary', mt: 1 }}>{what}</Box>}
      {rate !== undefined && <Box sx={{ color: 'text.secondary', fontSize: 12, mt: 1, fontVariantNumeric: 'tabular-nums' }}>{t(unit, { rate: rateText(rate) })}</Box>}
      {health === undefined && <Box sx={{ color: 'text.secondary', fontSize: 12, mt: 1 }}>{t('architecture.noReport')}</Box>}
      {health?.level === 'failed' && <Box sx={{ color: 'level.failed', mt: 1, overflowWrap: 'anywhere' }}>{health.message}</Box>}
      {children}
    </Box>
  )
}
const Arrow = ({ across = false }: { across?: boolean }) => <Box aria-hidden sx={{ color: 'text.secondary', alignSelf: 'center', justifySelf: 'center', fontSize: 18, lineHeight: 1 }}>{across ? '↔' : '↕'}</Box>

/** What a part says of itself while it is well. */
const Said = ({ health }: { health: Health | undefined }) => (health?.level === 'ok' && health.message !== '' ? <Box sx={{ mt: 2, fontSize: 12, color: 'text.secondary', overflowWrap: 'anywhere' }}>{health.message}</Box> : null)

function podsByNode(pods: readonly Pod[]): Map<string, Pod[]> {
  const out = new Map<string, Pod[]>()
  for (const p of pods) {
    const list = out.get(p.spec.nodeName ?? '')
    if (list) list.push(p)
    else out.set(p.spec.nodeName ?? '', [p])
  }
  return out
}

const MOST_NODES = 12
const MOST_PODS = 96
function NodeBlock({ node, pods, runtime, action }: { node: Node; pods: readonly Pod[]; runtime: Health | undefined; action: Event | undefined }) {
  const { t } = useTranslation()
  const { level, message } = nodeStatus(node)
  return (
    <Block box={nodeBox(node.metadata.name)} title={t('architecture.node', { name: node.metadata.name })} health={{ level, message }}>
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 2, mt: 2 }}>
        <StatusWord level={level === 'failed' ? 'failed' : 'ok'}>{t('architecture.kubelet')}</StatusWord>
        <StatusWord level={runtime?.level ?? 'waiting'}>{node.status?.nodeInfo?.containerRuntimeVersion ?? t('architecture.runtime')}</StatusWord>
      </Box>
      <Box sx={{ mt: 2, mb: 1, color: 'text.secondary' }}><Go to={`/nodes/${node.metadata.name}/pods`}>{t('deployments.countPods', { count: pods.length })}</Go></Box>
      <Box aria-hidden sx={{ display: 'flex', flexWrap: 'wrap', gap: '3px', '& i': { width: 10, height: 10, borderRadius: '2px' } }}>
        {pods.slice(0, MOST_PODS).map((p) => <i key={p.metadata.uid ?? p.metadata.name} title={`${p.metadata.namespace ?? ''}/${p.metadata.name}: ${podRow(p).word}`} style={{ backgroundColor: `var(--mui-palette-level-${podRow(p).level})` }} />)}
      </Box>
      <LastAction event={action} />
    </Block>
  )
}

export default function Architecture() {
  const { t } = useTranslation()
  const cluster = useCluster()
  const nodes = useResource(Nodes).items
  const pods = useResource(Pods).items
  const components = useMemo(() => componentsIn(cluster?.components ?? [], t), [cluster?.components, t])
  const byNode = useMemo(() => podsByNode(pods), [pods])
  const shown = useMemo(() => [...nodes].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)).slice(0, MOST_NODES), [nodes])
  const runtime: Health | undefined = cluster?.runtime === 'hollow' ? { level: 'warning', message: t('top.hollowHint') } : cluster?.engine && { level: cluster.engine.available ? 'ok' : 'failed', message: cluster.engine.message }
  const addons = components.filter((c) => !CORE.has(c.name) && !ADDONS.some((a) => a.names.includes(c.name)))
  const rates = useRates()
  const { latest, onSeen } = useTraffic()
  const frame = useRef<HTMLElement>(null)
  const events = useResource(Events).items
  const actions = useMemo(() => lastActions(events), [events])
  return (
    <Box sx={{ height: '100%', overflow: 'auto' }}>
      <Box sx={{ px: 4, height: 48, display: 'flex', alignItems: 'center', gap: 3, borderBottom: '1px solid', borderColor: 'divider' }}>
        <Typography variant="h1">{t('architecture.title')}</Typography>
        <Typography color="textSecondary" noWrap>{t('architecture.intro')}</Typography>
      </Box>
      <Box component="section" ref={frame} aria-label={t('architecture.picture')} sx={{ position: 'relative', p: 4, maxWidth: 1100, mx: 'auto', display: 'grid', gap: 3 }}>
        <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1.2fr 1fr', gap: 3 }}>
          <span />
          <Block box="you" title={t('architecture.you')} what={t('architecture.youWhat')} health={{ level: 'ok', message: '' }} />
          <span />
        </Box>
        <Arrow />
        <Box component="section" aria-label={t('architecture.controlPlane')} sx={{ border: '1px solid', borderColor: 'divider', borderRadius: '6px', backgroundColor: 'sunken', p: 3 }}>
          <Typography variant="h3" component="h2" color="textSecondary" sx={{ mb: 2 }}>{t('architecture.controlPlane')}</Typography>
          <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 24px 1.2fr 24px 1fr', gap: 2 }}>
            <Box sx={{ display: 'grid', gap: 2, gridRow: '1' }}>
              <Block box="scheduler" rate={rates.scheduler} unit="architecture.stepsPerSecond" title={t('architecture.scheduler')} what={t('architecture.schedulerWhat')} name="kube-scheduler" health={healthOf(components, 'kube-scheduler')}><LastAction event={actions.get('scheduler')} /></Block>
              <Block box="controllers" rate={rates.controllers} unit="architecture.stepsPerSecond" title={t('architecture.controllers')} what={t('architecture.controllersWhat')} name="kube-controller-manager" health={healthOf(components, 'kube-controller-manager')}><LastAction event={actions.get('controllers')} /></Block>
            </Box>
            <Arrow across />
            <Box sx={{ display: 'grid' }}><Block box="apiserver" strong rate={rates.apiserver} title={t('architecture.apiserver')} what={t('architecture.apiserverWhat')} name="kube-apiserver" health={healthOf(components, 'kube-apiserver')}><Lately latest={latest} /></Block></Box>
            <Arrow across />
            <Box sx={{ display: 'grid' }}><Block box="etcd" rate={rates.etcd} unit="architecture.writesPerSecond" title={t('architecture.etcd')} what={t('architecture.etcdWhat')} name="etcd" health={healthOf(components, 'etcd')} /></Box>
          </Box>
        </Box>
        <Arrow />
        <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(280px, 1fr))', gap: 3 }}>
          {shown.map((n) => <NodeBlock key={n.metadata.name} node={n} pods={byNode.get(n.metadata.name) ?? []} runtime={runtime} action={actions.get(`kubelet ${n.metadata.name}`)} />)}
          {nodes.length === 0 && <Block box="nodes" title={t('nav.nodes')} what={t('nodes.empty')} />}
          {ADDONS.map((a) => {
            const own = components.filter((c) => a.names.includes(c.name))
            const health = a.names.map((n) => healthOf(components, n)).find((h) => h !== undefined)
            return own.length > 0 && <Block box={a.title.slice(a.title.indexOf('.') + 1)} key={a.title} title={a.to ? <Go to={a.to}>{t(a.title)}</Go> : t(a.title)} name={own[0]?.name ?? ''} what={t(a.what)} health={health} {...(a.box ? { rate: rates[a.box], unit: 'architecture.answersPerSecond' as const } : {})}><Said health={health} /></Block>
          })}
          {addons.length > 0 && (
            <Block box="addons" title={t('architecture.addons')} health={{ level: addons.every((c) => c.healthy) ? 'ok' : 'failed', message: addons.find((c) => !c.healthy)?.message ?? '' }}>
              <Box sx={{ display: 'grid', gap: 1, mt: 2 }}>{addons.map((c) => <StatusWord key={c.name} level={c.healthy ? 'ok' : 'failed'}>{c.name}</StatusWord>)}</Box>
            </Block>
          )}
        </Box>
        {nodes.length > MOST_NODES && <Box sx={{ color: 'text.secondary', textAlign: 'center' }}><Go to="/nodes">{t('architecture.moreNodes', { count: nodes.length - MOST_NODES })}</Go></Box>}
        <Lights frame={frame} onSeen={onSeen} />
      </Box>
    </Box>
  )
}
