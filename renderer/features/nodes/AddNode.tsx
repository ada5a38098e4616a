/** One more node on the same engine. */
import Box from '@mui/material/Box'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LocalNodes } from '../../../shared/api/resources.ts'
import { parseQuantity } from '../../../shared/quantity.ts'
import { useApi } from '../../cache/hooks.ts'
import { ActionDialog } from '../../ui/ActionDialog.tsx'
import { say } from '../../ui/snack.tsx'

const amount = (text: string): boolean => text.trim() === '' || parseQuantity(text.trim()) !== undefined

export function AddNode({ suggestion, onClose }: { suggestion: string; onClose: () => void }) {
  const { t } = useTranslation()
  const api = useApi()
  const [name, setName] = useState(suggestion)
  const [cpu, setCpu] = useState('')
  const [memory, setMemory] = useState('')
  const wanted = name.trim()
  const bad = { cpu: !amount(cpu), memory: !amount(memory) }
  return (
    <ActionDialog
      title={t('nodes.add')} confirm={t('nodes.add')} disabled={wanted === '' || bad.cpu || bad.memory} field={/^metadata\.name$/} onClose={onClose}
      run={async () => {
        await api.create(LocalNodes, { metadata: { name: wanted }, spec: { running: true, ...(cpu.trim() ? { cpu: cpu.trim() } : {}), ...(memory.trim() ? { memory: memory.trim() } : {}) } })
        say(t('nodes.added', { name: wanted }))
      }}
    >
      {(fault) => (
        <>
          <Typography>{t('nodes.addBody')}</Typography>
          <TextField label={t('common.name')} autoFocus value={name} onChange={(e) => setName(e.target.value)} error={fault !== ''} helperText={fault || ' '} slotProps={{ htmlInput: { spellCheck: false } }} />
          <Box sx={{ display: 'flex', gap: 3 }}>
            <TextField label={t('pods.cpu')} value={cpu} onChange={(e) => setCpu(e.target.value)} placeholder={t('nodes.share')} error={bad.cpu} helperText={bad.cpu ? t('nodes.badAmount', { example: '1500m' }) : ' '} />
            <TextField label={t('pods.memory')} value={memory} onChange={(e) => setMemory(e.target.value)} placeholder={t('nodes.share')} error={bad.memory} helperText={bad.memory ? t('nodes.badAmount', { example: '2Gi' }) : ' '} />
          </Box>
        </>
      )}
    </ActionDialog>
  )
}
