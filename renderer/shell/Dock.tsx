/** Logs and terminals at the bottom of the window, a tab each; the border moves by pointer or arrow keys. */
import CloseIcon from '@mui/icons-material/Close'
import LogIcon from '@mui/icons-material/SubjectOutlined'
import TerminalIcon from '@mui/icons-material/TerminalOutlined'
import Box from '@mui/material/Box'
import IconButton from '@mui/material/IconButton'
import Tab from '@mui/material/Tab'
import Tabs from '@mui/material/Tabs'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useValue } from '../cache/hooks.ts'
import { refocus } from '../ui/focus.ts'
import { Rows } from '../ui/states.tsx'
import { closed, dock, dockHeight } from './dock.ts'
import { part, Wait } from '../lib/part.ts'

const LogView = part(() => import('../features/logs/LogView.tsx'))
const Terminal = part(() => import('../features/terminal/Terminal.tsx'))
const LEAST = 120
const STEP = 24

export function Dock() {
  const { t } = useTranslation()
  const { tabs, chosen } = useValue(dock)
  const height = useValue(dockHeight)
  const frame = useRef<HTMLDivElement>(null)
  if (tabs.length === 0) return null
  const resize = (to: number): void => dockHeight.set(Math.round(Math.max(LEAST, Math.min(window.innerHeight * 0.7, to))))
  const close = (key: string): void => {
    dock.set(closed(dock.get(), key))
    refocus()
  }
  return (
    <Box ref={frame} component="section" aria-label={t('dock.title')} sx={{ flex: 'none', display: 'flex', flexDirection: 'column', maxHeight: '70vh', minHeight: 0, backgroundColor: 'background.default' }} style={{ height }}>
      <Box
        role="separator" aria-orientation="horizontal" aria-label={t('dock.resize')} aria-valuenow={height} aria-valuemin={LEAST} aria-valuemax={2000} tabIndex={0}
        onPointerDown={(e) => e.currentTarget.setPointerCapture(e.pointerId)}
        onPointerMove={(e) => e.currentTarget.hasPointerCapture(e.pointerId) && frame.current && resize(frame.current.getBoundingClientRect().bottom - e.clientY)}
        onKeyDown={(e) => (e.key === 'ArrowUp' || e.key === 'ArrowDown') && resize(height + (e.key === 'ArrowUp' ? STEP : -STEP))}
        sx={{ height: 5, flex: 'none', cursor: 'row-resize', borderTop: '1px solid', borderColor: 'divider', touchAction: 'none', '&:hover': { backgroundColor: 'divider' } }}
      />
      <Box sx={{ display: 'flex', alignItems: 'center', flex: 'none', borderBottom: '1px solid', borderColor: 'divider', pr: 2 }}>
        <Tabs value={chosen} onChange={(_, key: string) => dock.set({ tabs, chosen: key })} variant="scrollable" aria-label={t('dock.title')} sx={{ flex: 1, minWidth: 0, px: 2 }}>
          {tabs.map((x) => <Tab key={x.key} value={x.key} id={`dock-${x.key.replaceAll(' ', '-')}`} aria-controls="dock-panel" icon={x.kind === 'log' ? <LogIcon aria-hidden sx={{ fontSize: 15 }} /> : <TerminalIcon aria-hidden sx={{ fontSize: 15 }} />} iconPosition="start" label={x.title} />)}
        </Tabs>
        <IconButton aria-label={t(tabs.find((x) => x.key === chosen)?.kind === 'terminal' ? 'dock.closeTerminal' : 'dock.close')} onClick={() => close(chosen)}><CloseIcon sx={{ fontSize: 16 }} /></IconButton>
      </Box>
      <Box role="tabpanel" id="dock-panel" aria-labelledby={`dock-${chosen.replaceAll(' ', '-')}`} sx={{ flex: 1, minHeight: 0, overflow: 'hidden' }}>
        <Wait value={<Rows count={4} />}>
          {/* A terminal out of sight goes on; a log out of sight is read again when it comes back. */}
          {tabs.map((x) => (x.kind === 'terminal' ? <Terminal key={x.key} tab={x} shown={x.key === chosen} /> : x.key === chosen && <LogView key={x.key} scope={x.scope} single={x.single} />))}
        </Wait>
      </Box>
    </Box>
  )
}
