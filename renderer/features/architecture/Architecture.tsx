/** The textbook picture, alive: each box says how it is. */
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useMemo } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Nodes, Pods } from '../../../shared/api/resources.ts'
import type { Node, Pod } from '../../../shared/api/types.ts'
import type { ComponentHealth } from '../../../shared/ipc.ts'
import { useCluster, useResource } from '../../cache/hooks.ts'
import type { Level } from '../../theme/theme.ts'
import { Go } from '../../ui/parts.tsx'
import { Mark, StatusWord } from '../../ui/status.tsx'
import { nodeStatus } from '../nodes/model.ts'
import { podRow } from '../pods/model.ts'

interface Health {
  level: Level
  message: string
}
/** The worst of all components whose name contains one of the words; waiting when none has reported. */
export function healthOf(components: readonly ComponentHealth[], ...words: string[]): Health | undefined {
  const mine = components.filter((c) => words.some((w) => c.name.toLowerCase().includes(w)))
  if (mine.length === 0) return undefined
  const bad = mine.find((c) => !c.healthy)
  return bad ? { level: 'failed', message: bad.message } : { level: 'ok', message: mine[0]?.message ?? '' }
}

function Block({ title, what, health, children, strong }: { title: string; what?: string; health?: Health | undefined; children?: ReactNode; strong?: boolean }) {
  const { t } = useTranslation()
  return (
    <Box sx={{ border: '1px solid', borderColor: strong ? 'primary.main' : health?.level === 'failed' ? 'level.failed' : 'divider', borderRadius: '6px', backgroundColor: 'background.paper', p: 3, minWidth: 0 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, fontWeight: 600 }}>
        <Mark level={health?.level ?? 'waiting'} />{title}
      </Box>
      {what !== undefined && <Box sx={{ color: 'text.secondary', mt: 1 }}>{what}</Box>}
      {health === undefined && <Box sx={{ color: 'text.secondary', fontSize: 12, mt: 1 }}>{t('architecture.noReport')}</Box>}
      {health?.level === 'failed' && <Box sx={{ color: 'level.failed', mt: 1, overflowWrap: 'anywhere' }}>{health.message}</Box>}
      {children}
    </Box>
  )
}
const Arrow = ({ across = false }: { across?: boolean }) => <Box aria-hidden sx={{ color: 'text.secondary', alignSelf: 'center', justifySelf: 'center', fontSize: 18, lineHeight: 1 }}>{across ? '↔' : '↕'}</Box>

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
function NodeBlock({ node, pods, runtime }: { node: Node; pods: readonly Pod[]; runtime: Health | undefined }) {
  const { t } = useTranslation()
  const { level, message } = nodeStatus(node)
  return (
    <Block title={t('architecture.node', { name: node.metadata.name })} health={{ level, message }}>
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 2, mt: 2 }}>
        <StatusWord level={level === 'failed' ? 'failed' : 'ok'}>{t('architecture.kubelet')}</StatusWord>
        <StatusWord level={runtime?.level ?? 'waiting'}>{node.status?.nodeInfo?.containerRuntimeVersion ?? t('architecture.runtime')}</StatusWord>
      </Box>
      <Box sx={{ mt: 2, mb: 1, color: 'text.secondary' }}><Go to={`/nodes/${node.metadata.name}/pods`}>{t('deployments.countPods', { count: pods.length })}</Go></Box>
      <Box aria-hidden sx={{ display: 'flex', flexWrap: 'wrap', gap: '3px' }}>
        {pods.slice(0, MOST_PODS).map((p) => <Box key={p.metadata.uid ?? p.metadata.name} title={`${p.metadata.namespace ?? ''}/${p.metadata.name}: ${podRow(p).word}`} sx={{ width: 10, height: 10, borderRadius: '2px', backgroundColor: `level.${podRow(p).level}` }} />)}
      </Box>
    </Block>
  )
}

export default function Architecture() {
  const { t } = useTranslation()
  const cluster = useCluster()
  const nodes = useResource(Nodes).items
  const pods = useResource(Pods).items
  const components = cluster?.components ?? []
  const byNode = useMemo(() => podsByNode(pods), [pods])
  const shown = useMemo(() => [...nodes].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)).slice(0, MOST_NODES), [nodes])
  const runtime: Health | undefined = cluster?.runtime === 'hollow' ? { level: 'warning', message: t('top.hollowHint') } : cluster?.engine && { level: cluster.engine.available ? 'ok' : 'failed', message: cluster.engine.message }
  const addons = components.filter((c) => /log|dns|metric|ingress|dashboard/i.test(c.name))
  return (
    <Box sx={{ height: '100%', overflow: 'auto' }}>
      <Box sx={{ px: 4, height: 48, display: 'flex', alignItems: 'center', gap: 3, borderBottom: '1px solid', borderColor: 'divider' }}>
        <Typography variant="h1">{t('architecture.title')}</Typography>
        <Typography color="textSecondary" noWrap>{t('architecture.intro')}</Typography>
      </Box>
      <Box component="section" aria-label={t('architecture.picture')} sx={{ p: 4, maxWidth: 1100, mx: 'auto', display: 'grid', gap: 3 }}>
        <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1.2fr 1fr', gap: 3 }}>
          <span />
          <Block title={t('architecture.you')} what={t('architecture.youWhat')} health={{ level: 'ok', message: '' }} />
          <span />
        </Box>
        <Arrow />
        <Box component="section" aria-label={t('architecture.controlPlane')} sx={{ border: '1px solid', borderColor: 'divider', borderRadius: '6px', backgroundColor: 'sunken', p: 3 }}>
          <Typography variant="h3" component="h2" color="textSecondary" sx={{ mb: 2 }}>{t('architecture.controlPlane')}</Typography>
          <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 24px 1.2fr 24px 1fr', gap: 2 }}>
            <Box sx={{ display: 'grid', gap: 2, gridRow: '1' }}>
              <Block title={t('architecture.scheduler')} what={t('architecture.schedulerWhat')} health={healthOf(components, 'scheduler')} />
              <Block title={t('architecture.controllers')} what={t('architecture.controllersWhat')} health={healthOf(components, 'controller')} />
            </Box>
            <Arrow across />
            <Box sx={{ display: 'grid' }}><Block strong title={t('architecture.apiserver')} what={t('architecture.apiserverWhat')} health={healthOf(components, 'apiserver', 'api-server')} /></Box>
            <Arrow across />
            <Box sx={{ display: 'grid' }}><Block title={t('architecture.etcd')} what={t('architecture.etcdWhat')} health={healthOf(components, 'etcd', 'store')} /></Box>
          </Box>
        </Box>
        <Arrow />
        <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(280px, 1fr))', gap: 3 }}>
          {shown.map((n) => <NodeBlock key={n.metadata.name} node={n} pods={byNode.get(n.metadata.name) ?? []} runtime={runtime} />)}
          {nodes.length === 0 && <Block title={t('nav.nodes')} what={t('nodes.empty')} />}
          {addons.length > 0 && (
            <Block title={t('architecture.addons')} health={healthOf(addons, '')}>
              <Box sx={{ display: 'grid', gap: 1, mt: 2 }}>{addons.map((c) => <StatusWord key={c.name} level={c.healthy ? 'ok' : 'failed'}>{c.name}</StatusWord>)}</Box>
            </Block>
          )}
        </Box>
        {nodes.length > MOST_NODES && <Box sx={{ color: 'text.secondary', textAlign: 'center' }}><Go to="/nodes">{t('architecture.moreNodes', { count: nodes.length - MOST_NODES })}</Go></Box>}
      </Box>
    </Box>
  )
}
