/** How many pods should run. */
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeObject } from '../../../../shared/api/meta.ts'
import type { ResourceType } from '../../../../shared/api/resources.ts'
import { toStatusError } from '../../../../shared/errors.ts'
import { useApi } from '../../../cache/hooks.ts'
import type { Action } from '../../../kinds/view.ts'
import { ActionDialog } from '../../../ui/ActionDialog.tsx'
import { say } from '../../../ui/snack.tsx'
import { whole } from '../../deploy/model.ts'

type Scalable = KubeObject & { spec: { replicas?: number } }

export function scale<T extends Scalable>(type: ResourceType<T>): Action<T> {
  function Scale({ object, onClose }: { object: T; onClose: () => void }) {
    const { t } = useTranslation()
    const api = useApi()
    const { name, namespace } = object.metadata
    const now = object.spec.replicas ?? 1
    const [replicas, setReplicas] = useState(String(now))
    const wanted = whole(replicas)
    const set = (count: number): Promise<unknown> => api.merge(type, { namespace, name }, { spec: { replicas: count } }, 'scale')
    return (
      <ActionDialog
        title={`${t('action.scale')}: ${name}`} confirm={t('action.scale')} disabled={wanted === undefined} field={/^spec\.replicas$/} onClose={onClose}
        run={async () => {
          await set(wanted ?? now)
          say(t('done.scaled', { name, from: now, to: wanted ?? now }), { label: t('action.undo'), run: () => void set(now).catch((e: unknown) => say(toStatusError(e).message)) })
        }}
      >
        {(fault) => (
          <>
            <Typography>{t('deployments.scaleBody', { name, count: now })}</Typography>
            <TextField label={t('deployments.replicas')} autoFocus value={replicas} onChange={(e) => setReplicas(e.target.value)} error={wanted === undefined || fault !== ''} helperText={wanted === undefined ? t('invalid.integer', { min: 0 }) : fault || ' '} slotProps={{ htmlInput: { inputMode: 'numeric' } }} />
          </>
        )}
      </ActionDialog>
    )
  }
  return { id: 'scale', label: 'action.scale', prominent: true, dialog: Scale }
}
