/** Deletes any object: says what goes along, and asks what becomes of it. */
import Box from '@mui/material/Box'
import Checkbox from '@mui/material/Checkbox'
import FormControlLabel from '@mui/material/FormControlLabel'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { ResourceType } from '../../../shared/api/resources.ts'
import { toStatusError } from '../../../shared/errors.ts'
import { useApi, useValue } from '../../cache/hooks.ts'
import { ActionDialog } from '../../ui/ActionDialog.tsx'
import { say } from '../../ui/snack.tsx'
import { served } from '../discovery.ts'
import { saidIn } from '../../lib/spoken.ts'
import { findDependents } from './dependents.ts'
import type { Dependents } from './dependents.ts'

type Policy = 'Background' | 'Foreground' | 'Orphan'
const SHOWN = 5

export function DeleteDialog({ type, object, onClose }: { type: ResourceType; object: KubeObject; onClose: () => void }) {
  const { t, i18n: { language } } = useTranslation()
  const api = useApi()
  const known = useValue(served)
  const { name, namespace, uid, ownerReferences } = object.metadata
  const [policy, setPolicy] = useState<Policy>('Background')
  const [force, setForce] = useState(false)
  const [along, setAlong] = useState<Dependents>()
  const [fault, setFault] = useState('')
  const isPod = type.kind === 'Pod' && type.group === ''
  const owner = ownerReferences?.find((o) => o.controller)
  useEffect(() => {
    if (isPod || !known) return
    const stop = new AbortController()
    findDependents(api, known.types.values(), object, stop.signal).then(setAlong, (e: unknown) => { if (!stop.signal.aborted) setFault(toStatusError(e).message) })
    return () => stop.abort()
    // The dialog shows what was true when it opened.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [])
  const any = (along?.kinds.length ?? 0) > 0
  return (
    <ActionDialog
      title={`${t('action.delete')}: ${name}`} confirm={t('action.delete')} dangerous onClose={onClose}
      run={async () => {
        await api.remove(type, { namespace, name }, { propagationPolicy: policy, ...(uid ? { uid } : {}), ...(force ? { gracePeriodSeconds: 0 } : {}) })
        say(t('done.deleted', { kind: type.kind, name }))
      }}
    >
      <Typography>{namespace ? t('object.deleteBody', { kind: type.kind, name, namespace }) : t('object.deleteClusterBody', { kind: type.kind, name })}</Typography>
      {owner && <Typography color="textSecondary">{t('object.deleteOwned', { owner: `${owner.kind} ${owner.name}` })}</Typography>}
      {!isPod && !along && fault === '' && <Typography color="textSecondary" role="status">{t('object.looking')}</Typography>}
      {fault !== '' && <Typography color="error" role="alert">{t('object.lookingFailed', { why: saidIn(fault, language) })}</Typography>}
      {any && (
        <>
          <Typography>{t(policy === 'Orphan' ? 'object.staying' : 'object.along')}</Typography>
          <Box component="ul" sx={{ m: 0, pl: 5 }}>
            {along?.kinds.map((k) => <li key={k.kind}>{t('object.countOf', { count: k.names.length, kind: k.kind })}: {k.names.slice(0, SHOWN).join(', ')}{k.names.length > SHOWN ? '…' : ''}</li>)}
          </Box>
          {along && along.cut.length > 0 && <Typography color="textSecondary">{t('object.cut', { kinds: along.cut.join(', ') })}</Typography>}
          <TextField select id="propagation" label={t('object.propagation')} value={policy} onChange={(e) => setPolicy(e.target.value as Policy)} sx={{ mt: 1 }}>
            <MenuItem value="Background">{t('object.background')}</MenuItem>
            <MenuItem value="Foreground">{t('object.foreground')}</MenuItem>
            <MenuItem value="Orphan">{t('object.orphan')}</MenuItem>
          </TextField>
        </>
      )}
      {isPod && <FormControlLabel control={<Checkbox size="small" checked={force} onChange={(e) => setForce(e.target.checked)} />} label={t('object.force')} />}
      {force && <Typography color="error">{t('object.forceBody')}</Typography>}
    </ActionDialog>
  )
}
