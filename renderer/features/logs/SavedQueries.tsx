/** Queries that were kept, with the app's settings. */
import DeleteIcon from '@mui/icons-material/DeleteOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import IconButton from '@mui/material/IconButton'
import TextField from '@mui/material/TextField'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MAX_SAVED_QUERIES } from '../../../shared/logs/types.ts'
import { useServices, useValue } from '../../cache/hooks.ts'
import { changeSettings, settings } from '../../shell/settings.ts'
import { MONO } from '../../theme/theme.ts'

export default function SavedQueries({ query, onQuery, onClose }: { query: string; onQuery: (query: string) => void; onClose: () => void }) {
  const { t } = useTranslation()
  const { transport } = useServices()
  const { savedLogQueries: saved } = useValue(settings)
  const [name, setName] = useState('')
  const trimmed = name.trim()
  const there = saved.some((s) => s.name === trimmed)
  const full = saved.length >= MAX_SAVED_QUERIES && !there
  const keep = async (): Promise<void> => {
    await changeSettings(transport, { savedLogQueries: [...saved.filter((s) => s.name !== trimmed), { name: trimmed, query }].toSorted((a, b) => a.name.localeCompare(b.name)) })
    setName('')
  }
  return (
    <Dialog open onClose={onClose} aria-labelledby="saved-title" maxWidth="sm" fullWidth>
      <DialogTitle id="saved-title">{t('logs.saved')}</DialogTitle>
      <DialogContent>
        <Box component="form" onSubmit={(e) => { e.preventDefault(); if (trimmed !== '' && !full) void keep() }} sx={{ display: 'flex', gap: 2, alignItems: 'flex-start', pt: 2, mb: 2 }}>
          <TextField autoFocus label={t('logs.savedName')} value={name} onChange={(e) => setName(e.target.value)} error={full} helperText={full ? t('logs.savedFull', { count: MAX_SAVED_QUERIES }) : there ? t('logs.savedReplaces', { name: trimmed }) : query === '' ? t('logs.everything') : query} slotProps={{ htmlInput: { maxLength: 200 }, formHelperText: { sx: { fontFamily: MONO, overflowWrap: 'anywhere' } } }} />
          <Button type="submit" variant="contained" disabled={trimmed === '' || full} sx={{ flex: 'none', mt: 0.5, minHeight: 36 }}>{t('action.save')}</Button>
        </Box>
        {saved.length === 0 ? <Box sx={{ color: 'text.secondary', py: 2 }}>{t('logs.savedNone')}</Box> : (
          <Box component="ul" aria-label={t('logs.saved')} sx={{ listStyle: 'none', m: 0, p: 0 }}>
            {saved.map((s) => (
              <Box component="li" key={s.name} sx={{ display: 'flex', alignItems: 'center', gap: 2, borderTop: '1px solid', borderColor: 'divider' }}>
                <Box component="button" type="button" onClick={() => { onQuery(s.query); onClose() }} sx={{ flex: 1, minWidth: 0, textAlign: 'left', font: 'inherit', color: 'inherit', background: 'none', border: 0, py: 1.5, px: 1, cursor: 'pointer', borderRadius: '4px', '&:hover': { backgroundColor: 'hover' } }}>
                  <Box component="span" sx={{ display: 'block', fontWeight: 600 }}>{s.name}</Box>
                  <Box component="span" sx={{ display: 'block', fontFamily: MONO, fontSize: 12, color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{s.query === '' ? t('logs.everything') : s.query}</Box>
                </Box>
                <IconButton aria-label={t('logs.savedDelete', { name: s.name })} onClick={() => void changeSettings(transport, { savedLogQueries: saved.filter((x) => x.name !== s.name) })}><DeleteIcon sx={{ fontSize: 18 }} /></IconButton>
              </Box>
            ))}
          </Box>
        )}
      </DialogContent>
      <DialogActions><Button onClick={onClose}>{t('action.close')}</Button></DialogActions>
    </Dialog>
  )
}
