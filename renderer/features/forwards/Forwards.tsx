/** The forwarded ports, in the top bar: where they lead, how to open them, how to stop them. Nothing while there are none. */
import CableIcon from '@mui/icons-material/CableOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MuiLink from '@mui/material/Link'
import Popover from '@mui/material/Popover'
import Typography from '@mui/material/Typography'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PortForward } from '../../../shared/ipc.ts'
import { toStatusError } from '../../../shared/errors.ts'
import { useServices, useValue } from '../../cache/hooks.ts'
import { say } from '../../ui/snack.tsx'
import { followForwards, forwards, urlOf } from './state.ts'

function Line({ forward: f }: { forward: PortForward }) {
  const { t } = useTranslation()
  const { transport } = useServices()
  const stop = (): void => void transport.call('portforward.stop', { id: f.id }).catch((e: unknown) => say(toStatusError(e).message))
  return (
    <Box component="li" sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) auto', columnGap: 3, alignItems: 'center', py: 1 }}>
      <Box sx={{ minWidth: 0 }}>
        <MuiLink href={urlOf(f)} target="_blank" rel="noreferrer">{urlOf(f)}</MuiLink>
        <Box sx={{ color: 'text.secondary', fontSize: 12, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{f.kind} {f.namespace}/{f.name}:{f.port}</Box>
      </Box>
      <Button aria-label={`${t('forwards.stop')} ${f.localPort}`} onClick={stop}>{t('forwards.stop')}</Button>
      {f.error !== '' && <Box role="note" sx={{ gridColumn: '1 / -1', color: 'level.failed', fontSize: 12, overflowWrap: 'anywhere' }}>{f.error}</Box>}
    </Box>
  )
}

export function Forwards() {
  const { t } = useTranslation()
  const { transport } = useServices()
  const all = useValue(forwards)
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  useEffect(() => followForwards(transport), [transport])
  if (all.length === 0) return null
  return (
    <>
      <Button variant="outlined" startIcon={<CableIcon aria-hidden sx={{ fontSize: '15px !important' }} />} aria-haspopup="dialog" onClick={(e) => setAnchor(e.currentTarget)} sx={{ whiteSpace: 'nowrap', flex: 'none' }}>{t('forwards.count', { count: all.length })}</Button>
      <Popover open={anchor !== null} anchorEl={anchor} onClose={() => setAnchor(null)} anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }} transformOrigin={{ vertical: 'top', horizontal: 'right' }} slotProps={{ paper: { 'aria-label': t('forwards.title'), sx: { width: 360, p: 4, border: '1px solid', borderColor: 'divider' } } }}>
        <Typography variant="h2" sx={{ mb: 2 }}>{t('forwards.title')}</Typography>
        <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>{all.map((f) => <Line key={f.id} forward={f} />)}</Box>
      </Popover>
    </>
  )
}
