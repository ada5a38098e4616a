/** New objects from YAML, any number of them: the server checks all without making any, then they are made one by one. */
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Checkbox from '@mui/material/Checkbox'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogTitle from '@mui/material/DialogTitle'
import FormControlLabel from '@mui/material/FormControlLabel'
import LinearProgress from '@mui/material/LinearProgress'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi, useValue } from '../../cache/hooks.ts'
import type { Key } from '../../i18n/i18n.ts'
import { chosenNamespace } from '../../lib/prefs.ts'
import { saidIn } from '../../lib/spoken.ts'
import type { Level } from '../../theme/theme.ts'
import { StatusWord } from '../../ui/status.tsx'
import { Rows } from '../../ui/states.tsx'
import { discover, served } from '../discovery.ts'
import { ObjectLink } from '../links.tsx'
import { documentsOf, lineOf } from './documents.ts'
import type { Fault } from './documents.ts'
import { send } from './send.ts'
import type { Result } from './send.ts'
import { part, Wait } from '../../lib/part.ts'
import { Said } from '../../ui/Said.tsx'

const CodeEditor = part(() => import('./CodeEditor.tsx'))
const words: Record<Result['outcome'], { level: Level; word: Key }> = {
  checked: { level: 'ok', word: 'create.checked' }, waits: { level: 'waiting', word: 'create.waits' }, created: { level: 'ok', word: 'create.created' }, updated: { level: 'ok', word: 'create.updated' }, failed: { level: 'failed', word: 'create.failed' },
}

function Results({ results }: { results: readonly Result[] }) {
  const { t } = useTranslation()
  return (
    <Box component="ul" aria-label={t('create.results')} sx={{ m: 0, px: 5, py: 2, listStyle: 'none', maxHeight: 180, overflow: 'auto', borderTop: '1px solid', borderColor: 'divider', display: 'grid', gap: 1 }}>
      {results.map(({ document: { object, line }, outcome, status }) => (
        <Box component="li" key={line + object.kind + (object.metadata.name ?? '')} sx={{ display: 'grid', gridTemplateColumns: '140px 1fr', columnGap: 3 }}>
          <StatusWord level={words[outcome].level}>{t(words[outcome].word)}</StatusWord>
          <Box sx={{ minWidth: 0 }}>
            {outcome === 'created' || outcome === 'updated' ? <ObjectLink apiVersion={object.apiVersion} kind={object.kind} name={object.metadata.name} namespace={object.metadata.namespace ?? (chosenNamespace.get() || 'default')} /> : `${object.kind}/${object.metadata.name ?? object.metadata.generateName ?? ''}`}
            {status && <Box sx={{ color: 'level.failed', overflowWrap: 'anywhere' }}><Said text={status.message ?? ''} /></Box>}
          </Box>
        </Box>
      ))}
    </Box>
  )
}

/** Each fault a document was refused for, at the line of its field. */
const faultsOf = (text: string, results: readonly Result[], language: string): Fault[] => results.flatMap(({ document, status }) => {
  if (!status) return []
  const causes = (status.details?.causes ?? []).filter((c) => c.field)
  return causes.length > 0 ? causes.map((c) => ({ line: lineOf(text, c.field ?? '', document.line), message: saidIn(c.message ?? '', language) })) : [{ line: document.line, message: saidIn(status.message ?? '', language) }]
})

export default function CreateDialog({ initial, onClose }: { initial: string; onClose: () => void }) {
  const { t, i18n: { language } } = useTranslation()
  const api = useApi()
  const namespace = useValue(chosenNamespace) || 'default'
  const [text, setText] = useState(initial)
  const [results, setResults] = useState<readonly Result[]>([])
  const [busy, setBusy] = useState(false)
  const [apply, setApply] = useState(false)
  const parsed = useMemo(() => documentsOf(text, (field) => t('yaml.required', { field })), [text, t])
  const faults = useMemo(() => (parsed.faults.length > 0 ? parsed.faults : faultsOf(text, results, language)), [parsed, text, results, language])
  const all = parsed.documents
  const done = results.length > 0 && results.every((r) => r.outcome === 'created' || r.outcome === 'updated')

  const change = (next: string): void => {
    setText(next)
    setResults([])
  }
  /** Stops at the first that fails when it is for real: what comes after may need it. */
  const run = async (dryRun: boolean): Promise<boolean> => {
    const out: Result[] = []
    for (let i = 0; i < all.length; i++) {
      if (all[i - 1]?.object.kind === 'CustomResourceDefinition' && !dryRun) await discover(api, new AbortController().signal)
      const result = await send({ api, types: () => served.get()?.types.values() ?? [], namespace, dryRun, apply }, all, i)
      out.push(result)
      setResults([...out])
      if (!dryRun && result.outcome === 'failed') return false
    }
    return out.every((r) => r.outcome !== 'failed')
  }
  const create = async (): Promise<void> => {
    setBusy(true)
    try {
      if (await run(true)) await run(false)
    } finally {
      setBusy(false)
    }
  }
  const check = async (): Promise<void> => {
    setBusy(true)
    try {
      await run(true)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog open onClose={busy ? undefined : onClose} aria-labelledby="create-title" fullWidth maxWidth="md" slotProps={{ paper: { sx: { height: '80vh' } } }}>
      <DialogTitle id="create-title">{t('create.title')}</DialogTitle>
      <Box sx={{ px: 5, pb: 2, color: 'text.secondary' }}>{t('create.body', { namespace })}</Box>
      {parsed.faults.length > 0 && <Alert severity="error" variant="outlined" sx={{ mx: 5, mb: 2 }}>{t('yaml.atLine', { line: parsed.faults[0]?.line ?? 1 })} {parsed.faults[0]?.message}</Alert>}
      <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto', borderTop: '1px solid', borderColor: 'divider' }}>
        <Wait value={<Rows count={6} />}><CodeEditor text={text} label={t('yaml.editor')} faults={faults} onChange={change} /></Wait>
      </Box>
      {results.length > 0 && <Results results={results} />}
      {busy && <LinearProgress aria-label={t('create.title')} />}
      <DialogActions>
        <FormControlLabel control={<Checkbox size="small" checked={apply} disabled={busy || done} onChange={(e) => { setApply(e.target.checked); setResults([]) }} />} label={t('create.apply')} sx={{ flex: 1 }} />
        <Button onClick={onClose} disabled={busy}>{t(done ? 'action.close' : 'action.cancel')}</Button>
        <Button variant="outlined" disabled={busy || done || all.length === 0 || parsed.faults.length > 0} onClick={() => void check()}>{t('create.check')}</Button>
        <Button variant="contained" disabled={busy || done || all.length === 0 || parsed.faults.length > 0} onClick={() => void create()}>{t('create.create', { count: all.length })}</Button>
      </DialogActions>
    </Dialog>
  )
}
