/** What can be done to a deployment; each says first what it will do. */
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import Box from '@mui/material/Box'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Deployments } from '../../../shared/api/resources.ts'
import type { Deployment } from '../../../shared/api/types.ts'
import { useApi } from '../../cache/hooks.ts'
import { ActionDialog } from '../../ui/ActionDialog.tsx'
import { say } from '../../ui/snack.tsx'
import { toStatusError } from '../../../shared/errors.ts'
import { whole } from '../deploy/model.ts'

export type ActionName = 'scale' | 'restart' | 'image' | 'delete'
interface Props {
  action: ActionName
  deployment: Deployment
  replicaSets: number
  pods: number
  onClose: () => void
}
export const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt'

export function DeploymentAction({ action, deployment, replicaSets, pods, onClose }: Props) {
  const { t } = useTranslation()
  const api = useApi()
  const { name, namespace = '' } = deployment.metadata
  const where = { namespace, name }
  const now = deployment.spec.replicas ?? 1
  const containers = deployment.spec.template.spec?.containers ?? []
  const [replicas, setReplicas] = useState(String(now))
  const [images, setImages] = useState(() => containers.map((c) => c.image ?? ''))
  const wanted = whole(replicas)

  if (action === 'scale') {
    const scale = async (count: number): Promise<void> => {
      await api.patch(Deployments, where, { spec: { replicas: count } }, 'scale')
    }
    return (
      <ActionDialog
        title={`${t('action.scale')}: ${name}`} confirm={t('action.scale')} disabled={wanted === undefined} field={/^spec\.replicas$/} onClose={onClose}
        run={async () => {
          await scale(wanted ?? now)
          say(t('done.scaled', { name, from: now, to: wanted ?? now }), { label: t('action.undo'), run: () => void scale(now).catch((e: unknown) => say(toStatusError(e).message)) })
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
  if (action === 'restart')
    return (
      <ActionDialog
        title={`${t('action.restart')}: ${name}`} confirm={t('action.restart')} onClose={onClose}
        run={async () => {
          await api.patch(Deployments, where, { spec: { template: { metadata: { annotations: { [RESTARTED_AT]: new Date().toISOString() } } } } })
          say(t('done.restarted', { name }))
        }}
      >
        <Typography>{t('deployments.restartBody', { name, strategy: deployment.spec.strategy?.type ?? 'RollingUpdate' })}</Typography>
      </ActionDialog>
    )
  if (action === 'image')
    return (
      <ActionDialog
        title={`${t('action.editImage')}: ${name}`} confirm={t('action.save')} disabled={images.some((i) => i.trim() === '') || images.every((i, k) => i.trim() === containers[k]?.image)} {...(containers.length === 1 ? { field: /containers\[0\]\.image$/ } : {})} onClose={onClose}
        run={async () => {
          await api.patch(Deployments, where, { spec: { template: { spec: { containers: containers.map((c, k) => ({ name: c.name, image: images[k]?.trim() })) } } } })
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
  return (
    <ActionDialog
      title={`${t('action.delete')}: ${name}`} confirm={t('action.delete')} dangerous onClose={onClose}
      run={async () => { await api.remove(Deployments, where); say(t('done.deleted', { kind: 'Deployment', name })) }}
    >
      <Typography>{t('deployments.deleteBody', { name, namespace })}</Typography>
      <Box component="ul" sx={{ m: 0, pl: 5 }}><li>{t('deployments.countReplicaSets', { count: replicaSets })}</li><li>{t('deployments.countPods', { count: pods })}</li></Box>
    </ActionDialog>
  )
}
