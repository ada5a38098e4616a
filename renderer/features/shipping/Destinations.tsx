/** Where logs are forwarded to, and how it goes. */
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { rfc3339 } from '../../../shared/clock.ts'
import { toStatusError } from '../../../shared/errors.ts'
import type { Destination } from '../../../shared/shipping.ts'
import { useServices } from '../../cache/hooks.ts'
import { Age } from '../../lib/clock.tsx'
import { shipFaultIn } from '../../lib/spoken.ts'
import { ActionDialog } from '../../ui/ActionDialog.tsx'
import { say } from '../../ui/snack.tsx'
import { StatusWord } from '../../ui/status.tsx'
import { DestinationDialog } from './DestinationDialog.tsx'
import { draftOf, LEVELS, TYPE_NAMES } from './model.ts'

type Opened = { what: 'edit'; of: Destination | undefined } | { what: 'remove'; of: Destination }

function Line({ destination: d, open }: { destination: Destination; open: (opened: Opened) => void }) {
  const { t, i18n } = useTranslation()
  const { transport } = useServices()
  const number = (n: number): string => n.toLocaleString(i18n.language)
  const turn = (): void => void transport.call('shipping.save', { ...draftOf(d), enabled: !d.enabled }).catch((e: unknown) => say(toStatusError(e).message))
  const facts = [
    t('shipping.behind', { count: d.behind, n: number(d.behind) }), t('shipping.sent', { n: number(d.sent) }),
    ...(d.lost ? [t('shipping.lost', { n: number(d.lost) })] : []), ...(d.rejected ? [t('shipping.rejected', { n: number(d.rejected) })] : []),
  ]
  return (
    <Box component="li" sx={{ border: '1px solid', borderColor: 'divider', borderRadius: '6px', p: 3, display: 'grid', gap: 1.5 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 3 }}>
        <b>{d.name}</b>
        <StatusWord level={LEVELS[d.state]}>{t(`shipping.state.${d.state}`)}</StatusWord>
        <Box sx={{ flex: 1 }} />
        <Button size="small" aria-label={t(d.enabled ? 'shipping.turnOffName' : 'shipping.turnOnName', { name: d.name })} onClick={turn}>{t(d.enabled ? 'shipping.turnOff' : 'shipping.turnOn')}</Button>
        <Button size="small" aria-label={t('shipping.change', { name: d.name })} onClick={() => open({ what: 'edit', of: d })}>{t('shipping.edit')}</Button>
        <Button size="small" color="error" aria-label={t('shipping.removeName', { name: d.name })} onClick={() => open({ what: 'remove', of: d })}>{t('shipping.remove')}</Button>
      </Box>
      <Box sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }}>{TYPE_NAMES[d.type] || t('shipping.file')} · {d.address} · {d.query === '' ? t('shipping.all') : d.query}</Box>
      <Box sx={{ fontVariantNumeric: 'tabular-nums' }}>{facts.join(' · ')}{d.lastSent > 0 && <> · {t('shipping.last')} <Age time={rfc3339(d.lastSent)} /></>}</Box>
      {d.error !== '' && <Box role="note" sx={{ color: 'level.failed', overflowWrap: 'anywhere' }}>{shipFaultIn(d.error, t)}</Box>}
    </Box>
  )
}

export default function Destinations() {
  const { t } = useTranslation()
  const { transport } = useServices()
  const [all, setAll] = useState<readonly Destination[]>()
  const [error, setError] = useState('')
  const [opened, setOpened] = useState<Opened>()
  useEffect(() => transport.subscribe('shipping.list', {}, (list) => { setAll(list); setError('') }, (e) => { if (e) setError(toStatusError(e).message) }), [transport])
  return (
    <Box component="section" aria-labelledby="shipping-title">
      <Box sx={{ display: 'flex', alignItems: 'center', mb: 1 }}>
        <Typography id="shipping-title" variant="h3" component="h2" color="textSecondary" sx={{ flex: 1 }}>{t('shipping.title')}</Typography>
        <Button variant="outlined" onClick={() => setOpened({ what: 'edit', of: undefined })}>{t('shipping.add')}</Button>
      </Box>
      {error !== '' && <Box role="alert" sx={{ color: 'level.failed' }}>{error}</Box>}
      {all?.length === 0 && <Box sx={{ color: 'text.secondary' }}>{t('shipping.none')}</Box>}
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 2 }}>{all?.map((d) => <Line key={d.id} destination={d} open={setOpened} />)}</Box>
      {opened?.what === 'edit' && <DestinationDialog destination={opened.of} onClose={() => setOpened(undefined)} />}
      {opened?.what === 'remove' && (
        <ActionDialog title={t('shipping.removeName', { name: opened.of.name })} confirm={t('shipping.remove')} dangerous onClose={() => setOpened(undefined)} run={() => transport.call('shipping.remove', { id: opened.of.id })}>
          <Typography>{t('shipping.removeBody', { count: opened.of.behind })}</Typography>
        </ActionDialog>
      )}
    </Box>
  )
}
