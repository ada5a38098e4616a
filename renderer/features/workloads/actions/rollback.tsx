/** Back to an earlier revision: choose one, see what would change, go. */
import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeObject } from '../../../../shared/api/meta.ts'
import type { ResourceType } from '../../../../shared/api/resources.ts'
import { ControllerRevisions, ReplicaSets, pathOf } from '../../../../shared/api/resources.ts'
import type { PodTemplateSpec } from '../../../../shared/api/types.ts'
import { useApi, useResource } from '../../../cache/hooks.ts'
import { absolute } from '../../../lib/clock.tsx'
import { ownedBy } from '../../../kinds/pods.ts'
import type { Action } from '../../../kinds/view.ts'
import { ActionDialog } from '../../../ui/ActionDialog.tsx'
import { say } from '../../../ui/snack.tsx'
import { Rows } from '../../../ui/states.tsx'
import { toYaml } from '../../../ui/yaml.ts'
import { revisionsOfControllers, revisionsOfSets } from '../revisions.ts'
import { part, Wait } from '../../../lib/part.ts'

const CodeEditor = part(() => import('../../../kinds/yaml/CodeEditor.tsx'))

export function rollBack<T extends KubeObject & { spec: { template: PodTemplateSpec } }>(type: ResourceType<T>): Action<T> {
  function RollBack({ object, onClose }: { object: T; onClose: () => void }) {
    const { t } = useTranslation()
    const api = useApi()
    const { name, namespace } = object.metadata
    const isDeployment = type.kind === 'Deployment'
    const sets = useResource(ReplicaSets, { namespace, active: isDeployment }).items
    const controllers = useResource(ControllerRevisions, { namespace, active: !isDeployment }).items
    const revisions = useMemo(() => (isDeployment ? revisionsOfSets(ownedBy(sets, object)) : revisionsOfControllers(ownedBy(controllers, object))), [isDeployment, sets, controllers, object])
    const earlier = revisions.slice(1)
    const [number, setNumber] = useState<number>()
    const chosen = earlier.find((r) => r.number === number) ?? earlier[0]
    const now = toYaml(object.spec.template)
    return (
      <ActionDialog
        wide title={`${t('action.rollBack')}: ${name}`} confirm={t('action.rollBack')} disabled={!chosen} onClose={onClose}
        run={async () => {
          await api.request({ method: 'PATCH', path: pathOf(type, namespace, name), contentType: 'application/json-patch+json', body: [{ op: 'replace', path: '/spec/template', value: chosen?.template }] })
          say(t('done.rolledBack', { name, revision: chosen?.number ?? 0 }))
        }}
      >
        <Typography>{t('workloads.rollBackBody', { name })}</Typography>
        {!chosen && <Typography color="textSecondary">{t('workloads.noRevisions')}</Typography>}
        {chosen && (
          <>
            <TextField select id="revision" label={t('deployments.revision')} value={chosen.number} onChange={(e) => setNumber(Number(e.target.value))} sx={{ mt: 1 }}>
              {earlier.map((r) => <MenuItem key={r.number} value={r.number}>{[r.number, r.created && absolute(r.created), r.cause].filter(Boolean).join(' · ')}</MenuItem>)}
            </TextField>
            <Box sx={{ height: 320, overflow: 'auto', border: '1px solid', borderColor: 'divider', borderRadius: '6px' }}>
              <Wait value={<Rows count={4} />}><CodeEditor key={chosen.number} label={t('yaml.diff')} text={toYaml(chosen.template)} original={now} /></Wait>
            </Box>
          </>
        )}
      </ActionDialog>
    )
  }
  return { id: 'rollback', label: 'action.rollBack', dialog: RollBack }
}
