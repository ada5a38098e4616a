/** Asks before an object goes back to what it was, with what the server would make of it beside what it is. */
import Box from '@mui/material/Box'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AnyObject, KubeObject } from '../../../shared/api/meta.ts'
import { type StatusError, toStatusError } from '../../../shared/errors.ts'
import { useApi } from '../../cache/hooks.ts'
import { ActionDialog } from '../../ui/ActionDialog.tsx'
import { say } from '../../ui/snack.tsx'
import { ErrorState, Rows } from '../../ui/states.tsx'
import { toYaml } from '../../ui/yaml.ts'
import CodeEditor from '../yaml/CodeEditor.tsx'
import { restore, type Subject } from './revisions.ts'

interface Props {
  subject: Subject
  revision: number
  /** What it is now; undefined: it is gone. */
  now: KubeObject | undefined
  shown: (object: KubeObject) => KubeObject
  onClose: () => void
  onDone: () => void
}
export function RestoreDialog({ subject, revision, now, shown, onClose, onDone }: Props) {
  const { t } = useTranslation()
  const api = useApi()
  const [result, setResult] = useState<AnyObject>()
  const [error, setError] = useState<StatusError>()
  useEffect(() => {
    let over = false
    restore(api, subject, revision, true).then((r) => { if (!over) setResult(r) }, (e: unknown) => { if (!over) setError(toStatusError(e)) })
    return () => { over = true }
  }, [api, subject, revision])
  const before = now ? toYaml(shown(now)) : ''
  const after = result && toYaml(shown(result))
  return (
    <ActionDialog
      wide title={t('history.restoreTitle', { name: subject.name, revision })} confirm={t('history.restore')} disabled={after === undefined} onClose={onClose}
      run={async () => { await restore(api, subject, revision, false); say(t('history.restored', { kind: subject.type.kind, name: subject.name })); onDone() }}
    >
      <Box sx={{ mb: 2 }}>{t(now ? 'history.restoreBody' : 'history.restoreGone')}</Box>
      <Box sx={{ height: 320, overflow: 'auto', border: '1px solid', borderColor: 'divider', borderRadius: '6px' }}>
        {error ? <ErrorState error={error} /> : after === undefined ? <Rows count={5} /> : <CodeEditor label={t('yaml.diff')} text={after} original={before} />}
      </Box>
    </ActionDialog>
  )
}
