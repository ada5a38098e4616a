/** Where am I, what is its state. */
import SearchIcon from '@mui/icons-material/Search'
import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import Chip from '@mui/material/Chip'
import MenuItem from '@mui/material/MenuItem'
import Select from '@mui/material/Select'
import Tooltip from '@mui/material/Tooltip'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Namespaces } from '../../shared/api/resources.ts'
import type { ClusterState } from '../../shared/ipc.ts'
import { useCluster, useConnection, useResource, useValue } from '../cache/hooks.ts'
import { chosenNamespace } from '../lib/prefs.ts'
import { AlertsButton } from '../features/alerts/AlertsButton.tsx'
import { Forwards } from '../features/forwards/Forwards.tsx'
import { StatusWord } from '../ui/status.tsx'
import type { Key } from '../i18n/i18n.ts'
import type { Level } from '../theme/theme.ts'

/** The whole cluster in one word. */
export function clusterWord(state: ClusterState | undefined, connected: boolean): { word: Key; level: Level } {
  if (!connected || !state) return { word: 'phase.unknown', level: 'waiting' }
  if (state.phase === 'ready' && (state.components.some((c) => !c.healthy) || state.engine?.available === false)) return { word: 'phase.degraded', level: 'warning' }
  const levels: Record<ClusterState['phase'], Level> = { ready: 'ok', starting: 'working', stopping: 'working', stopped: 'waiting', failed: 'failed' }
  return { word: `phase.${state.phase}`, level: levels[state.phase] }
}

function NamespaceChooser() {
  const { t } = useTranslation()
  const chosen = useValue(chosenNamespace)
  const { items } = useResource(Namespaces)
  const names = useMemo(() => [...new Set([...items.map((n) => n.metadata.name), ...(chosen ? [chosen] : [])])].sort(), [items, chosen])
  return (
    <Select
      value={chosen} displayEmpty variant="standard" disableUnderline onChange={(e) => chosenNamespace.set(e.target.value)}
      renderValue={(v) => (v === '' ? t('top.allNamespaces') : v)} SelectDisplayProps={{ 'aria-label': t('top.namespace') }}
      sx={{ fontSize: 13, maxWidth: 240, '& .MuiSelect-select': { py: 1, pl: 2, borderRadius: '6px' }, '&:hover': { backgroundColor: 'hover' }, borderRadius: '6px' }}
    >
      <MenuItem value="">{t('top.allNamespaces')}</MenuItem>
      {names.map((n) => <MenuItem key={n} value={n}>{n}</MenuItem>)}
    </Select>
  )
}

export function TopBar({ openPalette }: { openPalette: () => void }) {
  const { t } = useTranslation()
  const state = useCluster()
  const connection = useConnection()
  const { word, level } = clusterWord(state, connection.state === 'open')
  const shortcut = navigator.platform.startsWith('Mac') ? '⌘K' : 'Ctrl K'
  return (
    <Box component="header" sx={{ height: 48, flex: 'none', display: 'flex', alignItems: 'center', gap: 3, px: 3, borderBottom: '1px solid', borderColor: 'divider' }}>
      <NamespaceChooser />
      <Box sx={{ flex: 1 }} />
      <ButtonBase onClick={openPalette} aria-keyshortcuts="Control+K" sx={{ width: 280, minWidth: 120, height: 28, px: 2, gap: 2, border: '1px solid', borderColor: 'divider', borderRadius: '6px', color: 'text.secondary', justifyContent: 'flex-start', fontSize: 13, '&:hover': { backgroundColor: 'hover' } }}>
        <SearchIcon sx={{ fontSize: 16 }} aria-hidden />
        <Box component="span" sx={{ flex: 1, textAlign: 'left' }}>{t('top.search')}</Box>
        <Box component="kbd" aria-hidden sx={{ fontFamily: 'inherit', fontSize: 11.5 }}>{shortcut}</Box>
      </ButtonBase>
      <Box sx={{ flex: 1 }} />
      <AlertsButton />
      <Forwards />
      {state?.runtime === 'hollow' && (
        <Tooltip title={t('top.hollowHint')}><Chip tabIndex={0} variant="outlined" label={t('top.hollow')} sx={{ color: 'level.warning', borderColor: 'level.warning' }} /></Tooltip>
      )}
      <Tooltip title={state?.message ?? ''}>
        <Box role="status" data-testid="cluster-state" sx={{ px: 2, whiteSpace: 'nowrap' }}><StatusWord level={level}>{t(word)}</StatusWord></Box>
      </Tooltip>
    </Box>
  )
}
