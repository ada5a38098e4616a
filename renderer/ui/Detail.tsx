/** The frame of a detail: name, status, actions, tabs; each tab has its own address. */
import CloseIcon from '@mui/icons-material/Close'
import FullIcon from '@mui/icons-material/OpenInFull'
import SmallIcon from '@mui/icons-material/CloseFullscreen'
import Box from '@mui/material/Box'
import IconButton from '@mui/material/IconButton'
import Tab from '@mui/material/Tab'
import Tabs from '@mui/material/Tabs'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useValue } from '../cache/hooks.ts'
import { detailExpanded } from '../lib/prefs.ts'
import { refocus } from './focus.ts'
import { Wait } from '../lib/part.ts'
import { Rows } from './states.tsx'
import { useKey } from './useKey.ts'

export interface DetailTab {
  id: string
  label: string
  content: () => ReactNode
}
interface Props {
  title: string
  status: ReactNode
  actions?: ReactNode
  /** The address of the object's first tab, and of its list. */
  path: string
  back: string
  tab: string | undefined
  tabs: DetailTab[]
}

export function Detail({ title, status, actions, path, back, tab, tabs }: Props) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const expanded = useValue(detailExpanded)
  const close = (): void => {
    detailExpanded.set(false)
    navigate(back)
    refocus()
  }
  useKey('Escape', close)
  const panel = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // The table that had the focus has gone from beside it.
    if (expanded && document.activeElement === document.body) panel.current?.focus({ preventScroll: true })
  }, [expanded])
  const chosen = tabs.find((x) => x.id === tab) ?? tabs[0]
  return (
    <>
      <Box sx={{ px: 4, pt: 2.5, display: 'flex', alignItems: 'center', gap: 2, minHeight: 40 }}>
        <Typography variant="h1" component="h2" noWrap title={title} sx={{ flex: 1, fontSize: 14 }}>{title}</Typography>
        {status}
        <Tooltip title={t(expanded ? 'action.shrink' : 'action.expand')}>
          <IconButton aria-label={t(expanded ? 'action.shrink' : 'action.expand')} onClick={() => detailExpanded.set(!expanded)}>
            {expanded ? <SmallIcon sx={{ fontSize: 15 }} /> : <FullIcon sx={{ fontSize: 15 }} />}
          </IconButton>
        </Tooltip>
        <IconButton aria-label={t('action.close')} onClick={close}><CloseIcon sx={{ fontSize: 17 }} /></IconButton>
      </Box>
      {actions !== undefined && <Box sx={{ px: 4, py: 1.5, display: 'flex', gap: 2, flexWrap: 'wrap' }}>{actions}</Box>}
      <Tabs value={chosen?.id ?? false} onChange={(_, id: string) => navigate(`${path}/${id}`, { replace: true })} variant="scrollable" sx={{ px: 2, borderBottom: '1px solid', borderColor: 'divider', flex: 'none' }}>
        {tabs.map((x) => <Tab key={x.id} value={x.id} id={`tab-${x.id}`} aria-controls="tab-panel" label={x.label} />)}
      </Tabs>
      <Box ref={panel} role="tabpanel" id="tab-panel" aria-labelledby={`tab-${chosen?.id ?? ''}`} tabIndex={0} sx={{ flex: 1, overflow: 'auto', minHeight: 0, outlineOffset: -2 }}>
        <Wait value={<Rows count={6} />}>{chosen?.content()}</Wait>
      </Box>
    </>
  )
}
