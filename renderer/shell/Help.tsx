/** The list of all keys. */
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { viewerKeys } from '../features/logs/viewer-keys.ts'
import { goKeys } from './keys.ts'

/** As it is printed on the key. */
const printed: Readonly<Record<string, string>> = { ' ': 'Space', ArrowDown: '↓', ArrowUp: '↑', Escape: 'Esc' }

export default function Help({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const [location] = useLocation()
  const lines = location.startsWith('/logs') ? viewerKeys.map((k): [string, string] => [k.keys.map((key) => printed[key] ?? key).join('  '), t(k.label)]) : []
  const rows: [string, string][] = [
    ...lines,
    ['Ctrl K / ⌘ K', t('help.palette')], ['/', t('help.filter')], ['j  k', t('help.move')], ['Enter', t('help.open')], ['l', t('help.logs')], ['s', t('help.shell')], ['e', t('help.edit')], ['r', t('help.restart')], ['Del', t('help.delete')], ['c', t('help.deploy')],
    ['Esc', t('help.back')], ['?', t('help.help')], ...goKeys.map((g): [string, string] => [`g ${g.key}`, t('help.go', { page: t(g.label) })]),
  ]
  return (
    <Dialog open onClose={onClose} aria-labelledby="help-title" maxWidth="xs" fullWidth>
      <DialogTitle id="help-title">{t('help.title')}</DialogTitle>
      {/* Longer than a small window, and nothing in it takes the focus: so that the keyboard can scroll it. */}
      <DialogContent tabIndex={0}>
        <Box component="dl" sx={{ m: 0, display: 'grid', gridTemplateColumns: '120px 1fr', rowGap: 1.5, '& dd': { m: 0 } }}>
          {rows.map(([key, what]) => (
            <Box key={`${key} ${what}`} sx={{ display: 'contents' }}><Box component="dt"><Box component="kbd" sx={{ border: '1px solid', borderColor: 'divider', borderRadius: '4px', px: 1.5, fontSize: 12, fontFamily: 'inherit' }}>{key}</Box></Box><dd>{what}</dd></Box>
          ))}
        </Box>
      </DialogContent>
      <DialogActions><Button onClick={onClose}>{t('action.close')}</Button></DialogActions>
    </Dialog>
  )
}
