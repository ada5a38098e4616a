/** New images for a workload's containers. */
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeObject } from '../../../../shared/api/meta.ts'
import type { ResourceType } from '../../../../shared/api/resources.ts'
import type { PodTemplateSpec } from '../../../../shared/api/types.ts'
import { useApi } from '../../../cache/hooks.ts'
import type { Action } from '../../../kinds/view.ts'
import { ActionDialog } from '../../../ui/ActionDialog.tsx'
import { say } from '../../../ui/snack.tsx'

export function editImage<T extends KubeObject & { spec: { template: PodTemplateSpec } }>(type: ResourceType<T>): Action<T> {
  function EditImage({ object, onClose }: { object: T; onClose: () => void }) {
    const { t } = useTranslation()
    const api = useApi()
    const { name, namespace } = object.metadata
    const containers = object.spec.template.spec?.containers ?? []
    const [images, setImages] = useState(() => containers.map((c) => c.image ?? ''))
    return (
      <ActionDialog
        title={`${t('action.editImage')}: ${name}`} confirm={t('action.save')} disabled={images.some((i) => i.trim() === '') || images.every((i, k) => i.trim() === containers[k]?.image)} {...(containers.length === 1 ? { field: /containers\[0\]\.image$/ } : {})} onClose={onClose}
        run={async () => {
          await api.patch(type, { namespace, name }, { spec: { template: { spec: { containers: containers.map((c, k) => ({ name: c.name, image: images[k]?.trim() })) } } } })
          say(t('done.image', { name }))
        }}
      >
        {(fault) => (
          <>
            <Typography>{t('deployments.imageBody', { name })}</Typography>
            {containers.map((c, k) => <TextField key={c.name} label={containers.length === 1 ? t('common.image') : `${t('common.image')}: ${c.name}`} autoFocus={k === 0} value={images[k]} onChange={(e) => setImages(images.map((i, n) => (n === k ? e.target.value : i)))} error={fault !== ''} helperText={fault || ' '} slotProps={{ htmlInput: { spellCheck: false } }} sx={{ mt: 1 }} />)}
          </>
        )}
      </ActionDialog>
    )
  }
  return { id: 'image', label: 'action.editImage', prominent: true, dialog: EditImage }
}
