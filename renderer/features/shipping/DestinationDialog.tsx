/** One destination, new or changed: where, what, and a try before it is kept. */
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Checkbox from '@mui/material/Checkbox'
import FormControlLabel from '@mui/material/FormControlLabel'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toStatusError } from '../../../shared/errors.ts'
import { DESTINATION_TYPES, FILE_FORMATS, SYSLOG_TRANSPORTS, type Destination, type DestinationDraft, type DestinationType, type SyslogTransport } from '../../../shared/shipping.ts'
import { useServices } from '../../cache/hooks.ts'
import { shipFaultIn } from '../../lib/spoken.ts'
import { ActionDialog } from '../../ui/ActionDialog.tsx'
import { draftOf, FORMS, newDraft, TYPE_NAMES, withType } from './model.ts'

const plain = { htmlInput: { spellCheck: false, autoComplete: 'off' } }

export function DestinationDialog({ destination, onClose }: { destination: Destination | undefined; onClose: () => void }) {
  const { t } = useTranslation()
  const { transport } = useServices()
  const [draft, setDraft] = useState<DestinationDraft>(() => (destination ? draftOf(destination) : newDraft()))
  const [tried, setTried] = useState<{ ok: boolean; message: string } | 'trying'>()
  const set = (change: Partial<DestinationDraft>): void => { setDraft({ ...draft, ...change }); setTried(undefined) }
  const form = FORMS[draft.type]
  const tls = form.tls && (draft.type === 'syslog' ? draft.transport === 'tls' : draft.address.startsWith('https:'))
  const attempt = (): void => {
    setTried('trying')
    transport.call('shipping.test', draft).then(setTried, (e: unknown) => setTried({ ok: false, message: toStatusError(e).message }))
  }
  const check = (label: string, value: boolean, change: (value: boolean) => void) => <FormControlLabel control={<Checkbox size="small" checked={value} onChange={(e) => change(e.target.checked)} />} label={label} />
  return (
    <ActionDialog
      title={destination ? t('shipping.change', { name: destination.name }) : t('shipping.add')} confirm={t('shipping.save')} disabled={draft.name.trim() === '' || draft.address.trim() === ''} onClose={onClose}
      run={() => transport.call('shipping.save', draft)}
    >
      <TextField label={t('common.name')} autoFocus sx={{ mt: 2 }} value={draft.name} onChange={(e) => set({ name: e.target.value })} slotProps={plain} />
      <TextField select label={t('shipping.type')} value={draft.type} onChange={(e) => { setDraft(withType(draft, e.target.value as DestinationType)); setTried(undefined) }}>
        {DESTINATION_TYPES.map((type) => <MenuItem key={type} value={type}>{TYPE_NAMES[type] || t('shipping.file')}</MenuItem>)}
      </TextField>
      {draft.type === 'syslog' && (
        <TextField select label={t('shipping.transport')} value={draft.transport} onChange={(e) => set({ transport: e.target.value as SyslogTransport })}>
          {SYSLOG_TRANSPORTS.map((s) => <MenuItem key={s} value={s}>{s.toUpperCase()}</MenuItem>)}
        </TextField>
      )}
      <TextField label={t(draft.type === 'file' ? 'shipping.path' : 'shipping.address')} value={draft.address} placeholder={form.address} onChange={(e) => set({ address: e.target.value })} slotProps={plain} />
      {form.target && <TextField label={t(form.target.label)} value={draft.target} placeholder={form.target.usual} onChange={(e) => set({ target: e.target.value })} slotProps={plain} />}
      {draft.type === 'file' && (
        <TextField select label={t('shipping.format')} value={draft.target || FILE_FORMATS[0]} onChange={(e) => set({ target: e.target.value })}>
          {FILE_FORMATS.map((f) => <MenuItem key={f} value={f}>{f === 'ndjson' ? 'NDJSON' : t('shipping.text')}</MenuItem>)}
        </TextField>
      )}
      {form.username && <TextField label={t('shipping.username')} value={draft.username} onChange={(e) => set({ username: e.target.value })} slotProps={plain} />}
      {form.secret && (
        <TextField
          type="password" label={t(form.secret)} value={draft.secret ?? ''} placeholder={destination?.hasSecret && draft.secret === undefined ? t('shipping.kept') : ''} onChange={(e) => set({ secret: e.target.value })}
          slotProps={{ htmlInput: { autoComplete: 'new-password' }, inputLabel: { shrink: true } }}
        />
      )}
      <TextField label={t('shipping.query')} value={draft.query} placeholder={t('shipping.all')} helperText={t('shipping.queryHint')} onChange={(e) => set({ query: e.target.value })} slotProps={plain} />
      <Box sx={{ display: 'grid' }}>
        {tls && check(t('shipping.insecure'), draft.insecure, (insecure) => set({ insecure }))}
        {!destination && check(t('shipping.fromStart'), draft.fromStart ?? false, (fromStart) => set({ fromStart }))}
      </Box>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 3 }}>
        <Button variant="outlined" disabled={tried === 'trying' || draft.address.trim() === '' || draft.name.trim() === ''} onClick={attempt}>{t('shipping.test')}</Button>
        {tried === 'trying' && <span role="status">{t('shipping.testing')}</span>}
      </Box>
      {tried !== undefined && tried !== 'trying' && <Alert severity={tried.ok ? 'success' : 'error'} variant="outlined" sx={{ overflowWrap: 'anywhere' }}>{tried.ok ? t('shipping.arrived') : shipFaultIn(tried.message, t)}</Alert>}
    </ActionDialog>
  )
}
