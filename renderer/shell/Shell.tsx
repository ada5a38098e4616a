/** The frame around every page: rail, top bar, notices, keyboard, and the dialogs that open from anywhere. */
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useCluster, useConnection, useValue } from '../cache/hooks.ts'
import { useLatest } from '../lib/latest.ts'
import { absolute, useAge } from '../lib/clock.tsx'
import { Notes } from '../ui/snack.tsx'
import { StatusWord } from '../ui/status.tsx'
import { createText, deployOpen, helpOpen, paletteOpen } from './dialogs.ts'
import { Dock } from './Dock.tsx'
import { Keyboard, inTyping } from './keys.ts'
import { Rail } from './Rail.tsx'
import { StartScreen } from './StartScreen.tsx'
import { TopBar } from './TopBar.tsx'
import { useSettings } from './settings.ts'
import { part } from '../lib/part.ts'
import { Said } from '../ui/Said.tsx'

const Palette = part(() => import('./Palette.tsx'))
const Help = part(() => import('./Help.tsx'))
const CreateDialog = part(() => import('../kinds/yaml/CreateDialog.tsx'))
const DeployDialog = part(() => import('../features/deploy/DeployDialog.tsx'))

function useKeyboard(): void {
  const [, navigate] = useLocation()
  const [keyboard] = useState(() => new Keyboard())
  const go = useLatest(navigate)
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const dialog = document.querySelector('[role=dialog], [role=menu], [role=listbox]') !== null
      const command = keyboard.read(event, inTyping(event.target) || dialog)
      if (command === undefined || command === 'escape') return
      // Ctrl K is the shell's own there.
      if (command === 'palette' && event.ctrlKey && event.target instanceof Element && event.target.closest('[data-terminal]')) return
      event.preventDefault()
      if (command === 'palette') paletteOpen.set(!paletteOpen.get())
      else if (command === 'help') helpOpen.set(true)
      else if (command === 'deploy') deployOpen.set(true)
      else if (command === 'filter') document.querySelector<HTMLElement>('[data-filter]')?.focus()
      else go.current(command.go)
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [keyboard, go])
}

function ConnectionNotice() {
  const { t } = useTranslation()
  const { since } = useConnection()
  const ago = useAge(new Date(since).toISOString())
  return (
    <Alert severity="warning" variant="standard" sx={{ borderRadius: 0, borderBottom: '1px solid', borderColor: 'divider' }}>
      <span title={absolute(since)}>{t('connection.lost', { since: ago })}</span>
      {/* A page in a browser holds the key of one start; the desktop's window needs none. */}
      {!window.pilothouse && <Box component="span" sx={{ display: 'block' }}>{t('connection.newKey')}</Box>}
    </Alert>
  )
}

function EngineNotice({ message }: { message: string }) {
  const { t } = useTranslation()
  return (
    <Box role="alert" sx={{ px: 4, py: 2.5, borderBottom: '1px solid', borderColor: 'divider', backgroundColor: 'color-mix(in srgb, var(--mui-palette-level-warning) 9%, transparent)' }}>
      <Box sx={{ fontWeight: 600 }}><StatusWord level="warning">{t('engine.title')}</StatusWord></Box>
      <Box sx={{ pl: 5, mt: 1 }}>
        {message !== '' && <Box sx={{ overflowWrap: 'anywhere' }}><Said text={message} /></Box>}
        <Box sx={{ color: 'text.secondary' }}>{t('engine.body')}</Box>
        <Box component="ul" sx={{ m: 0, mt: 1, pl: 4, color: 'text.secondary' }}><li>{t('engine.step1')}</li><li>{t('engine.step2')}</li></Box>
      </Box>
    </Box>
  )
}

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const state = useCluster()
  const connection = useConnection()
  useKeyboard()
  useSettings()
  const creating = useValue(createText)
  const lost = connection.state === 'lost'
  // A cluster that said it stops, and is gone now, leaves its last page on view, greyed.
  const standing = state === undefined || state.phase === 'ready' || (lost && (state.phase === 'stopping' || state.phase === 'stopped'))
  return (
    <Box sx={{ height: '100%', display: 'flex', backgroundColor: 'background.default' }}>
      <Box component="a" href="#content" onClick={(e) => { e.preventDefault(); document.getElementById('content')?.focus() }} sx={{ position: 'absolute', top: -60, left: 8, zIndex: 2000, p: 2, backgroundColor: 'background.paper', '&:focus': { top: 8 } }}>{t('nav.skip')}</Box>
      <Rail />
      <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
        <TopBar openPalette={() => paletteOpen.set(true)} />
        {lost && <ConnectionNotice />}
        {state?.phase === 'ready' && state.runtime === 'docker' && state.engine?.available === false && <EngineNotice message={state.engine.message} />}
        <Box component="main" id="content" tabIndex={-1} sx={{ flex: 1, minHeight: 0, overflow: 'hidden', outline: 'none', filter: lost ? 'grayscale(1)' : 'none', opacity: lost ? 0.6 : 1 }}>
          {standing ? children : <StartScreen state={state} />}
        </Box>
        {standing && <Dock />}
      </Box>
      {useValue(paletteOpen) && <Palette onClose={() => paletteOpen.set(false)} />}
      {useValue(helpOpen) && <Help onClose={() => helpOpen.set(false)} />}
      {creating !== undefined && <CreateDialog initial={creating} onClose={() => createText.set(undefined)} />}
      {useValue(deployOpen) && <DeployDialog onClose={() => deployOpen.set(false)} />}
      <Notes />
    </Box>
  )
}
