import Box from '@mui/material/Box'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LocalNode } from '../../../shared/api/local-node.ts'
import { Nodes, Pods } from '../../../shared/api/resources.ts'
import type { Node } from '../../../shared/api/types.ts'
import { useResource } from '../../cache/hooks.ts'
import { absolute } from '../../lib/clock.tsx'
import { formatBytes, formatCpu } from '../../lib/format.ts'
import { Detail } from '../../ui/Detail.tsx'
import { Conditions, Facts, Labels, Meter, Mono, Section } from '../../ui/parts.tsx'
import { Said } from '../../ui/Said.tsx'
import { StatusWord } from '../../ui/status.tsx'
import { EventList } from '../events/EventList.tsx'
import { NodeUsage } from '../usage/Usage.tsx'
import { PodList } from '../pods/PodTable.tsx'
import { NodeAction, NodeButtons, type NodeActionName } from './actions.tsx'
import { powerLevel, powerMessage, powerOf } from './local.ts'
import { allocatable, nodeStatus, rolesOf, share } from './model.ts'
import type { Usage } from './model.ts'
import { part } from '../../lib/part.ts'

const HistoryTab = part(() => import('../../kinds/history/HistoryTab.tsx'))
const YamlTab = part(() => import('../../kinds/yaml/YamlTab.tsx'))

export function Meters({ used, total }: { used: Usage; total: Usage }) {
  const { t } = useTranslation()
  const of = (a: string | number, b: string | number): string => t('overview.of', { used: a, total: b })
  return (
    <Box sx={{ display: 'grid', gap: 3 }}>
      <Meter label={t('overview.cpu')} share={share(used.cpu, total.cpu)} words={of(formatCpu(used.cpu), formatCpu(total.cpu))} />
      <Meter label={t('overview.memory')} share={share(used.memory, total.memory)} words={of(formatBytes(used.memory), formatBytes(total.memory))} />
      <Meter label={t('overview.podSlots')} share={share(used.pods, total.pods)} words={of(used.pods, total.pods)} />
    </Box>
  )
}

export function NodeDetail({ node, local, usage, tab }: { node: Node; local: LocalNode | undefined; usage: Usage | undefined; tab: string | undefined }) {
  const { t } = useTranslation()
  const { name } = node.metadata
  const all = useResource(Pods).items
  const pods = useMemo(() => all.filter((p) => p.spec.nodeName === name), [all, name])
  const objects = useMemo(() => [node], [node])
  const [action, setAction] = useState<NodeActionName>()
  const power = powerOf(local)
  const inTheWay = powerMessage(local)
  const status = nodeStatus(node)
  const info = node.status?.nodeInfo
  const images = node.status?.images ?? []
  const amounts = (a: Record<string, string> | undefined): string => Object.entries(a ?? {}).map(([k, v]) => `${k} ${v}`).join(', ') || '–'
  return (
    <>
    <Detail
      title={name} path={`/nodes/${name}`} back="/nodes" tab={tab} status={<StatusWord level={status.level}>{status.word}</StatusWord>}
      actions={<NodeButtons node={node} local={local} onChoose={setAction} />}
      tabs={[
        {
          id: 'details', label: t('common.details'), content: () => (
            <>
              {inTheWay !== '' && <Section title={t('common.message')}><Box role="note" sx={{ overflowWrap: 'anywhere' }}><Said text={inTheWay} /></Box></Section>}
              <Section title={t('nodes.allocated')}><Meters used={usage ?? { cpu: 0, memory: 0, pods: 0 }} total={allocatable(node)} /></Section>
              <NodeUsage node={node} pods={pods} />
              <Section title={t('common.conditions')}><Conditions conditions={node.status?.conditions} good={(type) => (type === 'Ready' ? 'True' : 'False')} /></Section>
              <Section title={t('common.details')}>
                <Facts facts={[
                  [t('nodes.power'), <StatusWord key="p" level={powerLevel[power]}>{t(`nodes.power.${power}`)}</StatusWord>], [t('nodes.roles'), rolesOf(node) || '–'], [t('nodes.version'), info?.kubeletVersion ?? '–'], [t('nodes.runtime'), info?.containerRuntimeVersion ?? '–'],
                  [t('nodes.os'), info ? `${info.osImage} (${info.operatingSystem}/${info.architecture})` : '–'], [t('nodes.address'), node.status?.addresses?.map((a) => `${a.address} (${a.type})`).join(', ') ?? '–'],
                  [t('nodes.capacity'), amounts(node.status?.capacity)], [t('nodes.allocatable'), amounts(node.status?.allocatable)],
                  [t('nodes.taints'), node.spec?.taints?.map((x) => `${x.key}${x.value ? `=${x.value}` : ''}:${x.effect}`).join(', ') || t('common.none')],
                  [t('common.created'), node.metadata.creationTimestamp ? absolute(node.metadata.creationTimestamp) : '–'], [t('common.labels'), <Labels key="l" values={node.metadata.labels} />],
                ]} />
              </Section>
            </>
          ),
        },
        { id: 'pods', label: `${t('nav.pods')} ${pods.length}`, content: () => <Section title={t('nav.pods')}>{pods.length === 0 ? <Box sx={{ color: 'text.secondary' }}>{t('nodes.noPods')}</Box> : <PodList pods={pods} />}</Section> },
        {
          id: 'images', label: `${t('common.images')} ${images.length}`, content: () => (
            <Section title={t('common.images')}>
              {images.length === 0 && <Box sx={{ color: 'text.secondary' }}>{t('nodes.noImages')}</Box>}
              {images.map((image) => (
                <Box key={image.names?.join() ?? ''} sx={{ display: 'flex', gap: 3, py: 1 }}>
                  <Box sx={{ flex: 1, minWidth: 0 }}><Mono>{image.names?.find((n) => !n.includes('@')) ?? image.names?.[0] ?? '–'}</Mono></Box>
                  <Box sx={{ color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>{formatBytes(image.sizeBytes ?? 0)}</Box>
                </Box>
              ))}
            </Section>
          ),
        },
        { id: 'events', label: t('common.events'), content: () => <EventList objects={objects} /> },
        { id: 'history', label: t('history.title'), content: () => <HistoryTab subject={{ type: Nodes, namespace: undefined, name }} object={node} redact={undefined} /> },
        { id: 'yaml', label: t('common.yaml'), content: () => <YamlTab type={Nodes} object={node} shown={node} /> },
      ]}
    />
    {action && <NodeAction key={action} action={action} name={name} pods={pods.length} onClose={() => setAction(undefined)} />}
    </>
  )
}
