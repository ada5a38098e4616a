/** A terminal in a container. It is kept while it is out of sight; when its process ends it says why, and Enter begins anew. */
import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import Select from '@mui/material/Select'
import { useColorScheme } from '@mui/material/styles'
import { FitAddon } from '@xterm/addon-fit'
import { Terminal as Xterm } from '@xterm/xterm'
import type { ITheme } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useServices } from '../../cache/hooks.ts'
import { useLatest } from '../../lib/latest.ts'
import { MONO } from '../../theme/theme.ts'
import type { TerminalTab } from '../../shell/dock.ts'
import { say } from '../../ui/snack.tsx'
import { openSafely } from './safe-document.ts'
import { openSession } from './session.ts'
import type { Session } from './session.ts'

/** The better of what an image has. */
const BEST = ['/bin/sh', '-c', 'command -v bash >/dev/null 2>&1 && exec bash || exec sh']
const SHELLS = ['auto', 'sh', 'bash', 'ash', 'zsh'] as const
type Shell = (typeof SHELLS)[number]

const colours = (): ITheme => {
  const of = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--mui-palette-${name}`).trim()
  return { background: of('background-default'), foreground: of('text-primary'), cursor: of('text-primary'), cursorAccent: of('background-default'), selectionBackground: `${of('primary-main')}55` }
}

export default function Terminal({ tab, shown }: { tab: TerminalTab; shown: boolean }) {
  const { t } = useTranslation()
  const { transport } = useServices()
  const { mode, systemMode } = useColorScheme()
  const [container, setContainer] = useState(tab.container)
  const [shell, setShell] = useState<Shell>('auto')
  const [ended, setEnded] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  const screen = useRef<{ xterm: Xterm; fit: FitAddon }>(null)
  const session = useRef<Session>(null)
  const words = useLatest(t)

  useEffect(() => {
    if (!place.current) return
    const xterm = new Xterm({ fontFamily: MONO, fontSize: 12.5, cursorBlink: false, scrollback: 5000, theme: colours(), screenReaderMode: true, minimumContrastRatio: 4.5 })
    const fit = new FitAddon()
    xterm.loadAddon(fit)
    openSafely(xterm, place.current)
    screen.current = { xterm, fit }
    // Ctrl C is the terminal's unless something is chosen; Ctrl Shift C and V are the clipboard's.
    xterm.attachCustomKeyEventHandler((e) => {
      if (e.type !== 'keydown' || !e.ctrlKey || e.metaKey) return true
      const key = e.key.toLowerCase()
      if (key === 'c' && xterm.hasSelection()) {
        void navigator.clipboard.writeText(xterm.getSelection()).catch((error: Error) => say(error.message))
        xterm.clearSelection()
        e.preventDefault()
        return false
      }
      return !(key === 'v' && e.shiftKey)
    })
    const resized = new ResizeObserver(() => { if (place.current?.clientHeight) fit.fit() })
    resized.observe(place.current)
    const listeners = [xterm.onData((data) => session.current?.input(data)), xterm.onResize(({ cols, rows }) => session.current?.resize(cols, rows))]
    return () => {
      resized.disconnect()
      for (const l of listeners) l.dispose()
      xterm.dispose()
      screen.current = null
    }
  }, [])
  useEffect(() => { if (screen.current) screen.current.xterm.options.theme = colours() }, [mode, systemMode])
  useEffect(() => {
    if (!shown) return
    screen.current?.fit.fit()
    screen.current?.xterm.focus()
  }, [shown])

  useEffect(() => {
    const xterm = screen.current?.xterm
    if (!xterm || ended) return
    const command = shell === 'auto' ? BEST : [shell]
    const opened = openSession(transport, { namespace: tab.namespace, pod: tab.pod, container, command, attach: tab.attach, tty: true, width: xterm.cols, height: xterm.rows }, {
      output: (text, onScreen) => xterm.write(text, onScreen),
      end({ code, why }) {
        xterm.write(`\r\n\x1b[2m${code === undefined ? words.current('terminal.lost', { why: why.replace(/[^.!?…]$/, '$&.') }) : words.current('terminal.ended', { code })} ${words.current('terminal.again')}\x1b[0m\r\n`)
        setEnded(true)
      },
    })
    session.current = opened
    return () => {
      session.current = null
      opened.close()
    }
  }, [transport, tab, container, shell, ended, words])
  useEffect(() => {
    const xterm = screen.current?.xterm
    if (!ended || !xterm) return
    const enter = xterm.onData((data) => { if (data === '\r') setEnded(false) })
    return () => enter.dispose()
  }, [ended])

  const choose = (change: () => void): void => {
    screen.current?.xterm.reset()
    change()
    setEnded(false)
  }
  const select = { variant: 'standard', disableUnderline: true, sx: { fontSize: 12 } } as const
  return (
    <Box sx={{ height: '100%', display: shown ? 'flex' : 'none', flexDirection: 'column' }}>
      <Box role="toolbar" aria-label={t('terminal.title')} sx={{ display: 'flex', gap: 4, alignItems: 'center', px: 3, height: 28, flex: 'none' }}>
        <Select {...select} value={container} onChange={(e) => choose(() => setContainer(e.target.value))} SelectDisplayProps={{ 'aria-label': t('terminal.container') }} renderValue={(v) => `${t('terminal.container')}: ${v}`}>
          {tab.containers.map((c) => <MenuItem key={c} value={c}>{c}</MenuItem>)}
        </Select>
        {!tab.attach && (
          <Select {...select} value={shell} onChange={(e) => choose(() => setShell(e.target.value as Shell))} SelectDisplayProps={{ 'aria-label': t('terminal.shell') }} renderValue={(v) => `${t('terminal.shell')}: ${v}`}>
            {SHELLS.map((s) => <MenuItem key={s} value={s}>{s}</MenuItem>)}
          </Select>
        )}
        <Box sx={{ color: 'text.secondary', fontSize: 12 }}>{tab.attach ? t('terminal.attached') : ''}</Box>
      </Box>
      <Box ref={place} data-terminal sx={{ flex: 1, minHeight: 0, px: 3, pb: 1, overflow: 'hidden', '& .xterm': { height: '100%' } }} />
    </Box>
  )
}
