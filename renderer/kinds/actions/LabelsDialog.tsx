/** Labels and annotations of any object, added, changed and taken away. */
import CloseIcon from '@mui/icons-material/Close'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { ResourceType } from '../../../shared/api/resources.ts'
import { labelValue, qualifiedName } from '../../../shared/labels.ts'
import { useApi } from '../../cache/hooks.ts'
import { ActionDialog } from '../../ui/ActionDialog.tsx'
import { say } from '../../ui/snack.tsx'
import { pairPatch } from './pair-patch.ts'
import type { Pair } from './pair-patch.ts'

const pairsOf = (values: Record<string, string> | undefined): Pair[] => Object.entries(values ?? {}).map(([key, value], id) => ({ id, key, value }))

function Pairs({ title, pairs, change, checkValue }: { title: string; pairs: Pair[]; change: (p: Pair[]) => void; checkValue: boolean }) {
  const { t } = useTranslation()
  const set = (id: number, part: Partial<Pair>): void => change(pairs.map((p) => (p.id === id ? { ...p, ...part } : p)))
  const keys = pairs.map((p) => p.key)
  return (
    <Box role="group" aria-label={title}>
      <Typography variant="h3" component="h3" color="textSecondary" sx={{ mb: 2 }}>{title}</Typography>
      {pairs.map((p, i) => {
        const badKey = p.key !== '' && (qualifiedName(p.key).length > 0 || keys.indexOf(p.key) !== i)
        const badValue = checkValue && labelValue(p.value).length > 0
        return (
          <Box key={p.id} sx={{ display: 'flex', gap: 2, mb: 2, alignItems: 'center' }}>
            <TextField value={p.key} error={badKey} onChange={(e) => set(p.id, { key: e.target.value })} slotProps={{ htmlInput: { 'aria-label': t('labels.key', { n: i + 1 }), spellCheck: false } }} />
            <TextField value={p.value} error={badValue} onChange={(e) => set(p.id, { value: e.target.value })} slotProps={{ htmlInput: { 'aria-label': t('labels.value', { n: i + 1 }), spellCheck: false } }} />
            <IconButton aria-label={t('labels.remove', { n: i + 1 })} onClick={() => change(pairs.filter((x) => x.id !== p.id))}><CloseIcon sx={{ fontSize: 16 }} /></IconButton>
          </Box>
        )
      })}
      <Button onClick={() => change([...pairs, { id: Math.max(-1, ...pairs.map((p) => p.id)) + 1, key: '', value: '' }])}>{t('labels.add')}</Button>
    </Box>
  )
}

export function LabelsDialog({ type, object, onClose }: { type: ResourceType; object: KubeObject; onClose: () => void }) {
  const { t } = useTranslation()
  const api = useApi()
  const { name, namespace } = object.metadata
  const [before] = useState(object.metadata)
  const [labels, setLabels] = useState(() => pairsOf(before.labels))
  const [annotations, setAnnotations] = useState(() => pairsOf(before.annotations))
  const patch = { metadata: { labels: pairPatch(before.labels, labels), annotations: pairPatch(before.annotations, annotations) } }
  const nothing = Object.keys(patch.metadata.labels).length === 0 && Object.keys(patch.metadata.annotations).length === 0
  return (
    <ActionDialog title={`${t('action.labels')}: ${name}`} confirm={t('action.save')} disabled={nothing} onClose={onClose} run={async () => { await api.merge(type, { namespace, name }, patch); say(t('done.saved', { kind: type.kind, name })) }}>
      <Pairs title={t('common.labels')} pairs={labels} change={setLabels} checkValue />
      <Pairs title={t('common.annotations')} pairs={annotations} change={setAnnotations} checkValue={false} />
    </ActionDialog>
  )
}
