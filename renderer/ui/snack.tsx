/** Says what happened, after it happened; one at a time, the newest. */
import Snackbar from '@mui/material/Snackbar'
import Button from '@mui/material/Button'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { saidIn } from '../lib/spoken.ts'
import { Value } from '../lib/value.ts'

interface Note {
  text: string
  action?: { label: string; run: () => void }
}
const note = new Value<Note | undefined>(undefined)
export const say = (text: string, action?: Note['action']): void => note.set(action ? { text, action } : { text })

export function Notes() {
  const current = useSyncExternalStore(note.subscribe, note.get)
  const { i18n: { language } } = useTranslation()
  const close = (): void => note.set(undefined)
  return (
    <Snackbar
      key={current?.text} open={current !== undefined} message={current && saidIn(current.text, language)} autoHideDuration={6000} onClose={(_, why) => why !== 'clickaway' && close()}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
      action={current?.action && <Button color="inherit" onClick={() => { current.action?.run(); close() }}>{current.action.label}</Button>}
    />
  )
}
