/** What an object has been: its revisions, what differs between them, and the way back. */
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import ToggleButton from '@mui/material/ToggleButton'
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { ObjectHistory, ObjectRevision } from '../../../shared/api/object-history.ts'
import { type StatusError, toStatusError } from '../../../shared/errors.ts'
import { useApi } from '../../cache/hooks.ts'
import { absolute } from '../../lib/clock.tsx'
import { ErrorState, Rows } from '../../ui/states.tsx'
import { toYaml } from '../../ui/yaml.ts'
import CodeEditor from '../yaml/CodeEditor.tsx'
import { RestoreDialog } from './RestoreDialog.tsx'
import { comparedWith, historyOf, stateAt, type Subject } from './revisions.ts'

/** Asks again whenever `ask` is another one; undefined: nothing is asked. */
function useAnswer<T>(ask: ((signal: AbortSignal) => Promise<T>) | undefined): { value?: T; error?: StatusError; retry: () => void } {
  const [answer, setAnswer] = useState<{ of: unknown; value?: T; error?: StatusError }>()
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    if (!ask) return
    const aborter = new AbortController()
    ask(aborter.signal).then((value) => setAnswer({ of: ask, value }), (e: unknown) => { if (!aborter.signal.aborted) setAnswer({ of: ask, error: toStatusError(e) }) })
    return () => aborter.abort()
  }, [ask, turn])
  const { value, error } = answer && answer.of === ask ? answer : { value: undefined, error: undefined }
  return { ...(value === undefined ? {} : { value }), ...(error ? { error } : {}), retry: () => setTurn((n) => n + 1) }
}

/** Without what differs in any two revisions. */
function comparable(object: KubeObject): KubeObject {
  const { resourceVersion: _r, generation: _g, ...metadata } = object.metadata
  return { ...object, metadata }
}
const words = { Created: 'history.created', Updated: 'history.updated', Deleted: 'history.deleted', Restored: 'history.putBack' } as const

function Revision({ revision: r, chosen, onChoose }: { revision: ObjectRevision; chosen: boolean; onChoose: () => void }) {
  const { t } = useTranslation()
  return (
    <Box
      component="button" type="button" role="option" aria-selected={chosen} onClick={onChoose}
      sx={{ all: 'unset', boxSizing: 'border-box', display: 'block', width: '100%', px: 3, py: 1.5, cursor: 'pointer', borderBottom: '1px solid', borderColor: 'divider', bgcolor: chosen ? 'action.selected' : undefined, '&:hover': { bgcolor: 'action.hover' }, '&:focus-visible': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: '-2px' } }}
    >
      <Box sx={{ display: 'flex', gap: 2 }}>
        <Box sx={{ fontWeight: 600 }}>{t(words[r.operation])}</Box>
        <Box sx={{ flex: 1 }} />
        <Box sx={{ color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>{t('history.revision')} {r.revision}</Box>
      </Box>
      <Box sx={{ color: 'text.secondary', fontSize: 12, overflowWrap: 'anywhere' }}>{[r.time && absolute(r.time), r.manager, r.subresource].filter(Boolean).join(' · ')}</Box>
      {r.changes.length > 0 && <Box sx={{ fontSize: 12, overflowWrap: 'anywhere' }}>{r.changes.slice(0, 4).join(', ')}{r.changes.length > 4 ? ' …' : ''}</Box>}
    </Box>
  )
}

interface Props {
  subject: Subject
  /** undefined: it is gone. */
  object: KubeObject | undefined
  /** What may be seen unasked: a secret without its values. */
  redact?: ((object: KubeObject) => KubeObject) | undefined
}
export default function HistoryTab({ subject: { type, namespace, name }, object, redact }: Props) {
  const { t } = useTranslation()
  const api = useApi()
  const subject = useMemo(() => ({ type, namespace, name }), [type, namespace, name])
  const shown = useCallback((o: KubeObject): KubeObject => redact?.(o) ?? o, [redact])
  const [wanted, setWanted] = useState<number>()
  const [how, setHow] = useState<'before' | 'now'>('before')
  const [restoring, setRestoring] = useState(false)
  const history = useAnswer<ObjectHistory>(useCallback((signal) => historyOf(api, subject, signal), [api, subject]))
  const revisions = history.value?.revisions ?? []
  const chosen = revisions.find((r) => r.revision === wanted) ?? revisions[0]
  const other = history.value && chosen ? comparedWith(history.value, chosen.revision, how) : undefined
  const at = chosen && chosen.operation !== 'Deleted' ? chosen.revision : undefined
  const states = useAnswer(useMemo(() => (at === undefined ? undefined : (signal: AbortSignal) => Promise.all([stateAt(api, subject, at, signal), other === undefined ? undefined : stateAt(api, subject, other, signal)])), [api, subject, at, other]))
  const newer = object !== undefined && revisions[0] !== undefined && Number(object.metadata.resourceVersion) > revisions[0].revision

  if (history.error) return <ErrorState error={history.error} retry={history.retry} />
  if (!history.value) return <Rows count={6} />
  const textOf = (o: KubeObject): string => toYaml(shown(comparable(o)))
  const [mine, theirs] = states.value ?? []
  // What is compared with now reads from that revision to now.
  const [from, to] = how === 'now' && theirs ? [mine, theirs] : [theirs, mine]
  return (
    <Box sx={{ height: '100%', minHeight: 320, display: 'flex', flexDirection: 'column' }}>
      <Box role="toolbar" aria-label={t('history.title')} sx={{ display: 'flex', alignItems: 'center', gap: 2, px: 3, py: 1, borderBottom: '1px solid', borderColor: 'divider', flex: 'none' }}>
        <ToggleButtonGroup size="small" exclusive value={how} aria-label={t('history.compare')} onChange={(_, value: 'before' | 'now' | null) => { if (value) setHow(value) }}>
          <ToggleButton value="before">{t('history.before')}</ToggleButton>
          <ToggleButton value="now">{t('history.now')}</ToggleButton>
        </ToggleButtonGroup>
        {newer && <Button onClick={history.retry}>{t('history.newer')}</Button>}
        <Box sx={{ flex: 1 }} />
        <Button variant="outlined" disabled={at === undefined || (object !== undefined && at === revisions[0]?.revision)} onClick={() => setRestoring(true)}>{t('history.restoreThis')}</Button>
      </Box>
      <Box sx={{ flex: 1, minHeight: 0, display: 'grid', gridTemplateColumns: 'minmax(220px, 2fr) 3fr' }}>
        <Box role="listbox" aria-label={t('history.revisions')} sx={{ overflow: 'auto', borderRight: '1px solid', borderColor: 'divider' }}>
          {revisions.map((r) => <Revision key={r.revision} revision={r} chosen={r === chosen} onChoose={() => setWanted(r.revision)} />)}
          <Box sx={{ px: 3, py: 2, fontSize: 12, color: 'text.secondary' }}>{t(history.value.complete ? 'history.complete' : 'history.incomplete')}</Box>
        </Box>
        <Box sx={{ minWidth: 0, overflow: 'auto' }}>
          {states.error ? <ErrorState error={states.error} retry={states.retry} />
            : at === undefined ? <Box sx={{ p: 4, color: 'text.secondary' }}>{t('history.deletedBody')}</Box>
            : !to ? <Rows count={6} />
            : <CodeEditor key={`${at} ${other ?? ''} ${how}`} label={from ? t('yaml.diff') : t('common.yaml')} text={textOf(to)} {...(from ? { original: textOf(from) } : {})} />}
        </Box>
      </Box>
      {restoring && at !== undefined && <RestoreDialog subject={subject} revision={at} now={object} shown={shown} onClose={() => setRestoring(false)} onDone={history.retry} />}
    </Box>
  )
}
