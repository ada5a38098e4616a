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
import { toStatusError } from '../../shared/errors.ts'

interface Props {
  title: string
  /** The word on the button: what will be done. */
  confirm: string
  dangerous?: boolean
  disabled?: boolean
  children: ReactNode
  run: () => Promise<unknown>
  onClose: () => void
}

export function ActionDialog({ title, confirm, dangerous, disabled, children, run, onClose }: Props) {
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const titleId = useId()
  const act = async (): Promise<void> => {
    setBusy(true)
    setError('')
    try {
      await run()
      onClose()
    } catch (e) {
      setError(toStatusError(e).message)
      setBusy(false)
    }
  }
  return (
    <Dialog open onClose={busy ? undefined : onClose} aria-labelledby={titleId} fullWidth maxWidth="xs">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy && !disabled) void act()
        }}
      >
        <DialogTitle id={titleId}>{title}</DialogTitle>
        <DialogContent sx={{ display: 'flex', flexDirection: 'column', gap: 3 }}>
          {error !== '' && <Alert severity="error" variant="outlined">{error}</Alert>}
          {children}
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
