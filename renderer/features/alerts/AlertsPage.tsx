/** What is wrong and wants somebody: each with the cluster's own words, the way out, and a way to be told no more. */
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import Typography from '@mui/material/Typography'
import { useTranslation } from 'react-i18next'
import type { Alert, AlertObject, AlertSilence } from '../../../shared/alerts.ts'
import { toStatusError } from '../../../shared/errors.ts'
import { rfc3339 } from '../../../shared/clock.ts'
import { useServices, useValue } from '../../cache/hooks.ts'
import { ObjectLink } from '../../kinds/links.tsx'
import { Age } from '../../lib/clock.tsx'
import { Said } from '../../ui/Said.tsx'
import { Go } from '../../ui/parts.tsx'
import { say } from '../../ui/snack.tsx'
import { Empty } from '../../ui/states.tsx'
import { StatusWord } from '../../ui/status.tsx'
import { logsAddress } from '../logs/address.ts'
import { toggled } from '../logs/edit.ts'
import { alertState } from './state.ts'

/** What is wrong with whom stands in its log, of its last run too. */
const SPEAKS: ReadonlySet<Alert['rule']> = new Set(['CrashLoop', 'OutOfMemory'])
const logsOf = ({ object, container }: Alert): string => [['namespace', object.namespace], ['pod', object.name], ['container', container]].reduce((query, [key, value]) => (value ? toggled(query, key as string, value) : query), '')

const Subject = ({ of: o }: { of: AlertObject }) => <ObjectLink apiVersion={o.apiVersion} kind={o.kind} name={o.name} namespace={o.namespace}>{o.kind} {o.namespace ? `${o.namespace}/${o.name}` : o.name}</ObjectLink>

function Entry({ alert: a, change }: { alert: Alert; change: (call: 'alerts.silence' | 'alerts.unsilence', silence: AlertSilence) => void }) {
  const { t } = useTranslation()
  const { namespace, kind, name } = a.owner
  return (
    <Box component="li" sx={{ borderBottom: '1px solid', borderColor: 'divider', px: 4, py: 3, display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) auto', columnGap: 4, opacity: a.silenced ? 0.75 : 1 }}>
      <Box sx={{ minWidth: 0, display: 'grid', gap: 1.5 }}>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', columnGap: 3 }}>
          <Typography variant="h3" component="h2" sx={{ fontWeight: 600 }}><StatusWord level={a.level}>{t(`alerts.title.${a.rule}`)}</StatusWord></Typography>
          <Subject of={a.object} />
          {a.container !== '' && <span>{t('alerts.container', { name: a.container })}</span>}
          {a.pods > 1 && <Box component="span" sx={{ color: 'text.secondary' }}>{t('alerts.others', { count: a.pods - 1 })} <Subject of={a.owner} /></Box>}
          <Box component="span" sx={{ color: 'text.secondary', ml: 'auto', whiteSpace: 'nowrap' }}><Age time={rfc3339(a.since)} /></Box>
        </Box>
        {a.detail !== '' && <Box sx={{ overflowWrap: 'anywhere' }}>{a.rule === 'CertificateExpiry' ? t('alerts.until', { date: new Date(a.detail).toLocaleString(), count: a.count }) : <Said text={a.detail} />}</Box>}
        <Box sx={{ color: 'text.secondary' }}><b>{t('alerts.wayOut')}</b> {t(`alerts.way.${a.rule}`)}{SPEAKS.has(a.rule) && <> <Go to={logsAddress({ query: logsOf(a) })}>{t('alerts.logs')}</Go></>}</Box>
      </Box>
      {!a.silenced && (
        <Box sx={{ display: 'grid', gap: 1, alignContent: 'start' }}>
          <Button variant="outlined" size="small" aria-label={t('alerts.silenceObject', { name: `${kind} ${name}` })} onClick={() => change('alerts.silence', { namespace, kind, name })}>{t('alerts.silence')}</Button>
          {namespace !== '' && <Button size="small" onClick={() => change('alerts.silence', { namespace })}>{t('alerts.silenceNamespace', { namespace })}</Button>}
        </Box>
      )}
      {a.silenced && <Box component="span" sx={{ color: 'text.secondary' }}>{t('alerts.silenced')}</Box>}
    </Box>
  )
}

export default function AlertsPage() {
  const { t } = useTranslation()
  const { transport } = useServices()
  const { alerts, silences } = useValue(alertState)
  const change = (call: 'alerts.silence' | 'alerts.unsilence', silence: AlertSilence): void => void transport.call(call, silence).catch((e: unknown) => say(toStatusError(e).message))
  const wordOf = (s: AlertSilence): string => (s.kind === undefined ? t('alerts.wholeNamespace', { namespace: s.namespace }) : `${s.kind} ${s.namespace ? `${s.namespace}/` : ''}${s.name}`)
  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column' }}>
      <Box sx={{ px: 4, height: 48, flex: 'none', display: 'flex', alignItems: 'center', gap: 3, borderBottom: '1px solid', borderColor: 'divider' }}>
        <Typography variant="h1">{t('alerts.heading')}</Typography>
        <Box component="span" sx={{ color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>{alerts.length}</Box>
      </Box>
      <Box sx={{ flex: 1, overflow: 'auto' }}>
        {silences.length > 0 && (
          <Box component="section" aria-label={t('alerts.silences')} sx={{ px: 4, py: 2, display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center', borderBottom: '1px solid', borderColor: 'divider', backgroundColor: 'sunken' }}>
            <Box component="span" sx={{ color: 'text.secondary' }}>{t('alerts.silences')}</Box>
            {silences.map((s) => <Chip key={wordOf(s)} variant="outlined" label={t('alerts.unsilence', { what: wordOf(s) })} clickable onClick={() => change('alerts.unsilence', s)} />)}
          </Box>
        )}
        {alerts.length === 0 && <Empty>{t('alerts.none')}</Empty>}
        <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>{alerts.map((a) => <Entry key={a.id} alert={a} change={change} />)}</Box>
      </Box>
    </Box>
  )
}
