/** Every action asks here first: what it will do, then progress, then the API's own sentence if it fails. */
import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import LinearProgress from '@mui/material/LinearProgress'
import { useId, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Status } from '../../shared/api/meta.ts'
import { toStatusError } from '../../shared/errors.ts'
import { Said } from './Said.tsx'

interface Props {
  title: string
  /** The word on the button: what will be done. */
  confirm: string
  dangerous?: boolean
  wide?: boolean
  disabled?: boolean
  /** The API's names of the field that is shown; what it says of that field is given to `children` instead of standing above; '' when it says nothing. */
  field?: RegExp
  children: ReactNode | ((fault: ReactNode) => ReactNode)
  run: () => Promise<unknown>
  onClose: () => void
}

/** What the API says of one field: its causes there, or that the name is taken; nothing when something else is wrong. */
export function faultOf(status: Status, field: RegExp | undefined): string[] {
  if (!field) return []
  const causes = status.details?.causes ?? []
  if (causes.length > 0 && causes.every((c) => field.test(c.field ?? ''))) return causes.map((c) => c.message ?? '')
  return status.reason === 'AlreadyExists' && field.test('metadata.name') ? [status.message ?? ''] : []
}

export function ActionDialog({ title, confirm, dangerous, wide, disabled, field, children, run, onClose }: Props) {
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const [status, setStatus] = useState<Status>()
  const causes = status ? faultOf(status, field) : []
  const error = status && causes.length === 0 ? (status.message ?? '') : ''
  const titleId = useId()
  const act = async (): Promise<void> => {
    setBusy(true)
    setStatus(undefined)
    try {
      await run()
      onClose()
    } catch (e) {
      setStatus(toStatusError(e).status)
      setBusy(false)
    }
  }
  return (
    <Dialog open onClose={busy ? undefined : onClose} aria-labelledby={titleId} fullWidth maxWidth={wide ? 'md' : 'xs'}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy && !disabled) void act()
        }}
      >
        <DialogTitle id={titleId}>{title}</DialogTitle>
        <DialogContent sx={{ display: 'flex', flexDirection: 'column', gap: 3 }}>
          {error !== '' && <Alert severity="error" variant="outlined"><Said text={error} /></Alert>}
          {typeof children === 'function' ? children(causes.length > 0 ? <Said text={causes} /> : '') : children}
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose} disabled={busy}>{t('action.cancel')}</Button>
          <Button type="submit" variant="contained" color={dangerous ? 'error' : 'primary'} disabled={busy || (disabled ?? false)}>{confirm}</Button>
        </DialogActions>
        {busy && <LinearProgress aria-label={confirm} />}
      </form>
    </Dialog>
  )
}
