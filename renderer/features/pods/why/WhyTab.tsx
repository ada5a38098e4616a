/** Why this node, or why none: the scheduler's last decision on a pod, filter by filter and score by score for each node. */
import Box from '@mui/material/Box'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pod } from '../../../../shared/api/types.ts'
import { StatusError } from '../../../../shared/errors.ts'
import type { SchedulingDecision, SchedulingNode } from '../../../../shared/scheduling-decision.ts'
import { useApi } from '../../../cache/hooks.ts'
import { absolute } from '../../../lib/clock.tsx'
import { Facts, Go, Section } from '../../../ui/parts.tsx'
import type { Fact } from '../../../ui/parts.tsx'
import { Said } from '../../../ui/Said.tsx'
import { Rows } from '../../../ui/states.tsx'
import { Mark, StatusWord } from '../../../ui/status.tsx'
import { headlineLevel, headlineOf, ranked, verdict } from './model.ts'

/** null: not remembered; undefined: not answered yet. Asked again whenever the pod has changed. */
function useDecision(pod: Pod): { decision: SchedulingDecision | null | undefined; error: string } {
  const api = useApi()
  const { uid = '', resourceVersion } = pod.metadata
  const [answer, setAnswer] = useState<{ decision: SchedulingDecision | null | undefined; error: string }>({ decision: undefined, error: '' })
  useEffect(() => {
    const aborter = new AbortController()
    api.transport.call('scheduler.decision', { uid }, aborter.signal).then(
      (decision) => setAnswer({ decision, error: '' }),
      (e: unknown) => { if (!aborter.signal.aborted) setAnswer({ decision: undefined, error: e instanceof StatusError ? e.message : String(e) }) },
    )
    return () => aborter.abort()
  }, [api, uid, resourceVersion])
  return answer
}

const cell = { px: 1.5, py: 1, textAlign: 'left', verticalAlign: 'top', borderBottom: '1px solid', borderColor: 'divider', whiteSpace: 'nowrap' } as const
const figure = { ...cell, textAlign: 'right', fontVariantNumeric: 'tabular-nums' } as const

function NodeRow({ node, decision }: { node: SchedulingNode; decision: SchedulingDecision }) {
  const { t } = useTranslation()
  const chosen = node.name === decision.node
  return (
    <tr aria-current={chosen || undefined}>
      <Box component="th" scope="row" sx={{ ...cell, fontWeight: chosen ? 600 : 400 }}><Go to={`/nodes/${node.name}`}>{node.name}</Go></Box>
      {decision.filters.map((f) => {
        const v = verdict(decision, node, f)
        return <Box component="td" key={f} sx={cell}>{v === 'unasked' ? <span aria-label={t('why.unasked')}>–</span> : <StatusWord level={v === 'yes' ? 'ok' : 'failed'}>{t(v === 'yes' ? 'why.yes' : 'why.no')}</StatusWord>}</Box>
      })}
      {node.rejectedBy !== undefined ? (
        <Box component="td" colSpan={decision.scorers.length + 1} sx={{ ...cell, whiteSpace: 'normal', minWidth: 200 }}>
          <Said text={node.reasons ?? []} between=", " />
          {node.preemption !== undefined && <Box sx={{ color: 'text.secondary' }}><Said text={node.preemption} /></Box>}
        </Box>
      ) : (
        <>
          {decision.scorers.map((s, i) => <Box component="td" key={s.plugin} sx={figure}>{node.scores?.[i] ?? '–'}</Box>)}
          <Box component="td" sx={{ ...figure, fontWeight: chosen ? 600 : 400 }}>{node.total ?? '–'}</Box>
        </>
      )}
    </tr>
  )
}

function DecisionTable({ decision }: { decision: SchedulingDecision }) {
  const { t } = useTranslation()
  return (
    <Box sx={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={t('why.table')}>
      <Box component="table" sx={{ borderCollapse: 'collapse', fontSize: 12.5 }}>
        <thead>
          <tr>
            <Box component="th" sx={cell} rowSpan={2} scope="col">{t('common.node')}</Box>
            {decision.filters.length > 0 && <Box component="th" sx={cell} colSpan={decision.filters.length} scope="colgroup">{t('why.filters')}</Box>}
            <Box component="th" sx={cell} colSpan={decision.scorers.length + 1} scope="colgroup">{t('why.scores')}</Box>
          </tr>
          <tr>
            {decision.filters.map((f) => <Box component="th" key={f} scope="col" sx={{ ...cell, color: 'text.secondary', fontWeight: 500 }}>{f}</Box>)}
            {decision.scorers.map((s) => <Tooltip key={s.plugin} describeChild title={t('why.weight', { weight: s.weight })}><Box component="th" scope="col" sx={{ ...figure, color: 'text.secondary', fontWeight: 500 }}>{s.plugin} ×{s.weight}</Box></Tooltip>)}
            <Box component="th" scope="col" sx={{ ...figure, color: 'text.secondary', fontWeight: 500 }}>{t('why.total')}</Box>
          </tr>
        </thead>
        <tbody>{ranked(decision).map((node) => <NodeRow key={node.name} node={node} decision={decision} />)}</tbody>
      </Box>
    </Box>
  )
}

export function WhyTab({ pod }: { pod: Pod }) {
  const { t } = useTranslation()
  const { decision, error } = useDecision(pod)
  if (error !== '') return <Section title={t('why.title')}><Box role="alert" sx={{ color: 'level.failed' }}><Said text={error} /></Box></Section>
  if (decision === undefined) return <Rows count={4} />
  const headline = headlineOf(pod, decision)
  const scheduled = pod.status?.conditions?.find((c) => c.type === 'PodScheduled')
  const message = decision?.message || (scheduled?.status === 'False' ? (scheduled.message ?? '') : '')
  const facts: Fact[] = decision ? [[t('why.when'), absolute(new Date(decision.time).toISOString())], [t('why.attempts'), String(decision.attempts)], [t('why.looked'), t('why.lookedAt', { evaluated: decision.evaluated, total: decision.total })]] : []
  if (decision?.nominated) facts.push([t('why.nominated'), <Go key="n" to={`/nodes/${decision.nominated}`}>{decision.nominated}</Go>])
  if (decision?.victims?.length) facts.push([t('why.victims'), decision.victims.join(', ')])
  return (
    <>
      <Section title={t('why.title')}>
        <Box sx={{ display: 'flex', gap: 2, alignItems: 'baseline', mb: 2 }}>
          <Mark level={headlineLevel[headline]} />
          <Typography>{t(`why.headline.${headline}`, { node: decision?.node ?? pod.spec.nodeName ?? '', scheduler: pod.spec.schedulerName ?? '', gates: pod.spec.schedulingGates?.map((g) => g.name).join(', ') ?? '' })}</Typography>
        </Box>
        {message !== '' && <Typography role="note" sx={{ mb: 2, overflowWrap: 'anywhere' }}><Said text={message} /></Typography>}
        <Facts facts={facts} />
      </Section>
      {decision && decision.nodes.length > 0 && (
        <Section title={t('why.byNode')}>
          <DecisionTable decision={decision} />
          {decision.nodes.length > 0 && decision.scorers.length === 0 && decision.node !== undefined && <Typography color="textSecondary" sx={{ mt: 2 }}>{t('why.noChoice')}</Typography>}
          {decision.omitted > 0 && <Typography color="textSecondary" sx={{ mt: 2 }}>{t('why.omitted', { count: decision.omitted })}</Typography>}
        </Section>
      )}
    </>
  )
}
