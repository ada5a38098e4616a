/** A port of this machine that leads to a pod or a service. */
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useServices } from '../../cache/hooks.ts'
import type { Action } from '../../kinds/view.ts'
import type { KubeObject } from '../../../shared/api/meta.ts'
import { ActionDialog } from '../../ui/ActionDialog.tsx'
import { say } from '../../ui/snack.tsx'
import { whole } from '../deploy/model.ts'
import { choicesOf, urlOf } from './state.ts'

type Ports = Parameters<typeof choicesOf>[0]

/** `portsOf`: what the object says it listens on. */
export function forwardPort<T extends KubeObject>(kind: 'Pod' | 'Service', portsOf: (o: T) => Ports, when: (o: T) => boolean): Action<T> {
  function Forward({ object, onClose }: { object: T; onClose: () => void }) {
    const { t } = useTranslation()
    const { transport } = useServices()
    const { name, namespace = '' } = object.metadata
    const [choices] = useState(() => choicesOf(portsOf(object)))
    const [port, setPort] = useState(String(choices[0]?.port ?? ''))
    const [local, setLocal] = useState('')
    const wanted = whole(port)
    const at = local === '' ? 0 : whole(local)
    const bad = (n: number | undefined, least: number): boolean => n === undefined || n < least || n > 65535
    const run = async (): Promise<void> => {
      const scheme = choices.find((c) => c.port === wanted)?.scheme ?? 'http'
      const forward = await transport.call('portforward.start', { kind, namespace, name, port: wanted ?? 0, localPort: at ?? 0, scheme })
      say(t('forwards.started', { name, port: forward.localPort }), { label: t('forwards.open'), run: () => void window.open(urlOf(forward), '_blank', 'noreferrer') })
    }
    return (
      <ActionDialog title={`${t('action.forward')}: ${name}`} confirm={t('forwards.start')} disabled={bad(wanted, 1) || bad(at, 0)} onClose={onClose} run={run}>
        <Typography>{t('forwards.body', { name })}</Typography>
        {choices.length > 1
          ? <TextField select id="forward-port" label={t('forwards.port')} value={port} onChange={(e) => setPort(e.target.value)} sx={{ mt: 1 }}>{choices.map((c) => <MenuItem key={c.port} value={String(c.port)}>{c.port}{c.name && ` (${c.name})`}</MenuItem>)}</TextField>
          : <TextField label={t('forwards.port')} autoFocus={choices.length === 0} value={port} onChange={(e) => setPort(e.target.value)} error={port !== '' && bad(wanted, 1)} helperText={port !== '' && bad(wanted, 1) ? t('invalid.range', { min: 1, max: 65535 }) : ' '} slotProps={{ htmlInput: { inputMode: 'numeric' } }} sx={{ mt: 1 }} />}
        <TextField label={t('forwards.localPort')} value={local} onChange={(e) => setLocal(e.target.value)} error={bad(at, 0)} helperText={bad(at, 0) ? t('invalid.range', { min: 1, max: 65535 }) : t('forwards.anyPort')} slotProps={{ htmlInput: { inputMode: 'numeric' } }} />
      </ActionDialog>
    )
  }
  return { id: 'forward', label: 'action.forward', when, dialog: Forward }
}
