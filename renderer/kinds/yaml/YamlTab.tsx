/** An object as YAML: read, edit, see what the server would make of it, apply. */
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AnyObject, KubeObject, Status } from '../../../shared/api/meta.ts'
import { pathOf } from '../../../shared/api/resources.ts'
import type { ResourceType } from '../../../shared/api/resources.ts'
import { toStatusError } from '../../../shared/errors.ts'
import { parseJson } from '../../../shared/numbers.ts'
import { useApi } from '../../cache/hooks.ts'
import { saidIn } from '../../lib/spoken.ts'
import { say } from '../../ui/snack.tsx'
import { toYaml } from '../../ui/yaml.ts'
import { Said } from '../../ui/Said.tsx'
import CodeEditor from './CodeEditor.tsx'
import { documentsOf, lineOf } from './documents.ts'
import type { Fault } from './documents.ts'
import { rebased } from './rebase.ts'

type Mode = { step: 'read' } | { step: 'edit'; base: AnyObject } | { step: 'review'; base: AnyObject; mine: AnyObject; before: string; after: string }

interface Props {
  type: ResourceType
  object: KubeObject
  /** What may be seen unasked: a secret without its values. */
  shown: KubeObject
}
export default function YamlTab({ type, object, shown }: Props) {
  const { t, i18n: { language } } = useTranslation()
  const api = useApi()
  const [mode, setMode] = useState<Mode>({ step: 'read' })
  const [text, setText] = useState('')
  const [status, setStatus] = useState<Status>()
  const [busy, setBusy] = useState(false)
  const { name, namespace } = object.metadata
  const path = pathOf(type, namespace, name)
  const parsed = useMemo(() => documentsOf(text, (field) => t('yaml.required', { field })), [text, t])
  const faults = useMemo<Fault[]>(() => {
    if (parsed.faults.length > 0) return parsed.faults
    return (status?.details?.causes ?? []).filter((c) => c.field).map((c) => ({ line: lineOf(text, c.field ?? ''), message: saidIn(c.message ?? '', language) }))
  }, [parsed, status, text, language])

  const attempt = async (run: () => Promise<void>): Promise<void> => {
    setBusy(true)
    setStatus(undefined)
    try {
      await run()
    } catch (e) {
      setStatus(toStatusError(e).status)
    } finally {
      setBusy(false)
    }
  }
  const put = (body: AnyObject, dry: boolean): Promise<AnyObject> => api.request({ method: 'PUT', path: `${path}?fieldManager=pilothouse-dashboard&fieldValidation=Strict${dry ? '&dryRun=All' : ''}`, body })
  const edit = (): void => {
    const base = object as unknown as AnyObject
    setText(toYaml(base))
    setStatus(undefined)
    setMode({ step: 'edit', base })
  }
  const review = (base: AnyObject): Promise<void> => attempt(async () => {
    const mine = parsed.documents[0]?.object
    if (!mine) return
    const result = await put(mine, true)
    setMode({ step: 'review', base, mine, before: toYaml(base), after: toYaml(result) })
  })
  const apply = (base: AnyObject, mine: AnyObject): Promise<void> => attempt(async () => {
    try {
      await put(mine, false)
    } catch (e) {
      // What is at fault is shown where it can be mended.
      setMode({ step: 'edit', base })
      throw e
    }
    say(t('done.saved', { kind: type.kind, name }))
    setMode({ step: 'read' })
  })
  /** The object has changed since: what was changed here goes on top of that. */
  const takeOver = (base: AnyObject): Promise<void> => attempt(async () => {
    const theirs = await api.request<AnyObject>({ method: 'GET', path })
    const mine = parsed.documents[0]?.object
    if (!mine) return
    setText(toYaml(rebased(parseJson(JSON.stringify(base)), mine, theirs)))
    setMode({ step: 'edit', base: theirs })
  })

  const conflict = status?.reason === 'Conflict'
  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column', minHeight: 240 }}>
      <Box role="toolbar" aria-label={t('common.yaml')} sx={{ display: 'flex', alignItems: 'center', gap: 2, px: 3, py: 1, borderBottom: '1px solid', borderColor: 'divider', flex: 'none', '& button': { flex: 'none' } }}>
        {mode.step === 'read' && <Button variant="outlined" onClick={edit}>{t('action.edit')}</Button>}
        {mode.step === 'edit' && (
          <>
            <Button variant="contained" disabled={busy || parsed.faults.length > 0 || parsed.documents.length !== 1} onClick={() => void review(mode.base)}>{t('yaml.review')}</Button>
            <Button disabled={busy} onClick={() => setMode({ step: 'read' })}>{t('action.cancel')}</Button>
            <Box sx={{ color: 'text.secondary', fontSize: 12 }}>{parsed.faults.length > 0 ? t('yaml.faults', { count: parsed.faults.length }) : t('yaml.editHint')}</Box>
          </>
        )}
        {mode.step === 'review' && (
          <>
            <Button variant="contained" disabled={busy || mode.before === mode.after} onClick={() => void apply(mode.base, mode.mine)}>{t('yaml.apply')}</Button>
            <Button disabled={busy} onClick={() => setMode({ step: 'edit', base: mode.base })}>{t('yaml.back')}</Button>
            <Box sx={{ color: 'text.secondary', fontSize: 12 }}>{mode.before === mode.after ? t('yaml.same') : t('yaml.reviewHint')}</Box>
          </>
        )}
      </Box>
      {status && (
        <Alert severity={conflict ? 'warning' : 'error'} variant="outlined" sx={{ m: 2, flex: 'none' }} {...(conflict && mode.step === 'edit' ? { action: <Button onClick={() => void takeOver(mode.base)}>{t('yaml.takeOver')}</Button> } : {})}>
          <Said text={status.message ?? ''} />{conflict && <Box sx={{ mt: 1 }}>{t('yaml.conflict')}</Box>}
        </Alert>
      )}
      <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto' }}>
        {mode.step === 'read' && <CodeEditor key="read" label={t('common.yaml')} text={toYaml(shown)} />}
        {mode.step === 'edit' && <CodeEditor key={`edit ${mode.base.metadata.resourceVersion ?? ''}`} label={t('yaml.editor')} text={text} onChange={setText} faults={faults} />}
        {mode.step === 'review' && <CodeEditor key="review" label={t('yaml.diff')} text={mode.after} original={mode.before} />}
      </Box>
    </Box>
  )
}
