/** The four states beside the good one: loading, empty, error, out of date. */
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Skeleton from '@mui/material/Skeleton'
import { keyframes } from '@emotion/react'
import Typography from '@mui/material/Typography'
import { Component } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useConnection } from '../cache/hooks.ts'
import type { StatusError } from '../../shared/errors.ts'
import { i18n } from '../i18n/i18n.ts'
import { Said } from './Said.tsx'
import { saidIn } from '../lib/spoken.ts'

/** Not shown at once: what comes within a moment replaces nothing, instead of flashing a skeleton. */
const appears = keyframes({ from: { visibility: 'hidden' } })
export function Rows({ count = 12 }: { count?: number }) {
  const { t } = useTranslation()
  return (
    <Box role="status" aria-label={t('common.loading')} sx={{ px: 4, py: 2, animation: `${appears} 80ms step-end` }}>
      {Array.from({ length: count }, (_, i) => (
        <Skeleton key={i} variant="rounded" height={14} sx={{ my: '18px', width: `${[92, 78, 86, 70, 88][i % 5]}%` }} />
      ))}
    </Box>
  )
}

/** What is out of date is dimmed, once it has been so for a moment: a page that is opened again is current before anybody sees it fade. */
export const dimmed = (stale: boolean) => ({ opacity: stale ? 0.6 : 1, transition: stale ? 'opacity 150ms 600ms' : 'none' })

export function Empty({ title, children, action }: { title?: string; children: ReactNode; action?: ReactNode }) {
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', alignItems: 'center', justifyContent: 'center', gap: 3, textAlign: 'center', p: 8, minHeight: 200, height: '100%' }}>
      {title !== undefined && <Typography variant="h1" component="h2">{title}</Typography>}
      <Typography color="textSecondary" sx={{ maxWidth: 440, textWrap: 'balance' }}>{children}</Typography>
      {action}
    </Box>
  )
}

export function ErrorState({ error, retry }: { error: StatusError | Error; retry?: () => void }) {
  const { t } = useTranslation()
  return (
    <Box role="alert" sx={{ display: 'flex', flexDirection: 'column', alignItems: 'center', justifyContent: 'center', gap: 3, p: 8, height: '100%' }}>
      <Typography sx={{ maxWidth: 560, fontWeight: 500, overflowWrap: 'anywhere' }}><Said text={error.message} /></Typography>
      <Typography color="textSecondary">{t('common.error')}</Typography>
      {retry && <Button variant="outlined" onClick={retry}>{t('action.retry')}</Button>}
    </Box>
  )
}

/** Shown above what is still there but no longer known to be true; not while the connection is lost, which the window says by itself. */
export function StaleNote({ error, retry }: { error: StatusError | undefined; retry: () => void }) {
  const { t, i18n: { language } } = useTranslation()
  const { state } = useConnection()
  if (!error || state === 'lost') return null
  return (
    <Alert severity="warning" variant="outlined" sx={{ m: 2 }} action={<Button onClick={retry}>{t('action.retry')}</Button>}>
      {t('connection.stale', { why: saidIn(error.message, language) })}
    </Alert>
  )
}

/** A fault in one page leaves the rest standing. */
export class Boundary extends Component<{ children: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {}
  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }
  override render(): ReactNode {
    const { error } = this.state
    if (!error) return this.props.children
    return (
      <Empty title={i18n.t('crash.title')} action={<Button variant="outlined" onClick={() => this.setState({ error: undefined as never })}>{i18n.t('action.retry')}</Button>}>
        {error.message}. {i18n.t('crash.body')}
      </Empty>
    )
  }
}
