/** Pulls, builds or pushes an image: what is needed for it first, then how it goes, then how it ended. */
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import LinearProgress from '@mui/material/LinearProgress'
import { useEffect, useId, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Status } from '../../../shared/api/meta.ts'
import type { Subscriptions } from '../../../shared/ipc.ts'
import { useServices } from '../../cache/hooks.ts'
import { formatBytes } from '../../lib/format.ts'
import { MONO } from '../../theme/theme.ts'
import { Said } from '../../ui/Said.tsx'
import { further, nothingYet, shareOf } from './model.ts'
import type { Work } from './model.ts'

type Kind = 'images.pull' | 'images.build' | 'images.push'
interface Props<K extends Kind> {
  kind: K
  title: string
  confirm: string
  /** undefined: something is still missing. */
  request: Subscriptions[K]['request'] | undefined
  children: ReactNode
  onDone: () => void
  onClose: () => void
}

function Lines({ lines }: { lines: readonly string[] }) {
  const { t } = useTranslation()
  const end = useRef<HTMLDivElement>(null)
  // In braces: newer engines answer a promise, which is no cleanup.
  useEffect(() => { void end.current?.scrollIntoView({ block: 'nearest' }) }, [lines])
  return (
    <Box role="log" aria-label={t('images.progress')} tabIndex={0} sx={{ mt: 2, p: 2, height: 200, overflow: 'auto', backgroundColor: 'sunken', borderRadius: '6px', fontFamily: MONO, fontSize: 12, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      {lines.map((l, i) => <div key={i}>{l}</div>)}
      <div ref={end} />
    </Box>
  )
}

export function WorkDialog<K extends Kind>({ kind, title, confirm, request, children, onDone, onClose }: Props<K>) {
  const { t } = useTranslation()
  const { transport } = useServices()
  const titleId = useId()
  const [work, setWork] = useState<Work>()
  const [status, setStatus] = useState<Status>()
  const stop = useRef<() => void>(undefined)
  // Closing the dialog, or the page, ends the work.
  useEffect(() => () => stop.current?.(), [])
  const busy = work !== undefined && !work.done && !status
  const cancel = (): void => {
    stop.current?.()
    stop.current = undefined
    onClose()
  }
  const run = (): void => {
    if (!request) return
    setStatus(undefined)
    setWork(nothingYet)
    stop.current = transport.subscribe(kind, request, (m) => {
      setWork((w) => further(w ?? nothingYet, m))
      if (m.done) onDone()
    }, (s) => {
      stop.current = undefined
      if (s) setStatus(s)
    })
  }
  const share = work && shareOf(work)
  return (
    <Dialog open onClose={busy ? undefined : cancel} aria-labelledby={titleId} fullWidth maxWidth="sm">
      <form onSubmit={(e) => { e.preventDefault(); if (!busy && !work?.done) run() }}>
        <DialogTitle id={titleId}>{title}</DialogTitle>
        <DialogContent sx={{ display: 'flex', flexDirection: 'column', gap: 3 }}>
          {status && <Alert severity="error" variant="outlined"><Said text={status.message ?? ''} /></Alert>}
          {work?.done && <Alert severity="success" variant="outlined">{t('images.done', { image: work.done.image })}{work.done.digest && <Box sx={{ fontFamily: MONO, fontSize: 12, overflowWrap: 'anywhere' }}>{work.done.digest}</Box>}</Alert>}
          {!busy && !work?.done && children}
          {work && (
            <Box>
              {busy && <LinearProgress aria-label={title} {...(share === undefined ? {} : { variant: 'determinate', value: share })} />}
              {work.totalBytes > 0 && <Box sx={{ mt: 1, color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>{t('overview.of', { used: formatBytes(work.currentBytes), total: formatBytes(work.totalBytes) })}</Box>}
              <Lines lines={work.lines} />
            </Box>
          )}
        </DialogContent>
        <DialogActions>
          <Button onClick={cancel}>{t(work?.done ? 'action.close' : 'action.cancel')}</Button>
          {!work?.done && <Button type="submit" variant="contained" disabled={busy || request === undefined}>{confirm}</Button>}
        </DialogActions>
      </form>
    </Dialog>
  )
}
