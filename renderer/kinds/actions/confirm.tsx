/** An action that needs no more than a yes: a sentence, then one request. */
import Typography from '@mui/material/Typography'
import { useTranslation } from 'react-i18next'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Api } from '../../cache/api.ts'
import { useApi } from '../../cache/hooks.ts'
import type { NamedKey } from '../../i18n/i18n.ts'
import { ActionDialog } from '../../ui/ActionDialog.tsx'
import { say } from '../../ui/snack.tsx'
import { toStatusError } from '../../../shared/errors.ts'
import type { Action } from '../view.ts'

interface Confirmed<T> extends Omit<Action<T>, 'dialog'> {
  /** What it will do. */
  body: NamedKey
  /** What has been done. */
  done: NamedKey
  run: (api: Api, o: T) => Promise<unknown>
  /** The way back, offered afterwards. */
  undo?: (api: Api, o: T) => Promise<unknown>
}

export function confirmed<T extends KubeObject>({ body, done, run, undo, ...action }: Confirmed<T>): Action<T> {
  function Confirm({ object, onClose }: { object: T; onClose: () => void }) {
    const { t } = useTranslation()
    const api = useApi()
    const { name } = object.metadata
    const words = (key: NamedKey): string => String(t(key, { name } as never))
    return (
      <ActionDialog
        title={`${t(action.label)}: ${name}`} confirm={t(action.label)} dangerous={action.dangerous ?? false} onClose={onClose}
        run={async () => {
          await run(api, object)
          say(words(done), undo && { label: t('action.undo'), run: () => void undo(api, object).catch((e: unknown) => say(toStatusError(e).message)) })
        }}
      >
        <Typography>{words(body)}</Typography>
      </ActionDialog>
    )
  }
  return { ...action, dialog: Confirm }
}
