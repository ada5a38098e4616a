/** Silences, and of which alerts somebody was told already: a small JSON file. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { MAX_SILENCES, sameSilence, type AlertSilence } from '../../../shared/alerts.ts'
import { badRequest } from '../../../shared/errors.ts'
import { logger } from '../../../shared/log.ts'

interface Kept {
  readonly silences: readonly AlertSilence[]
  readonly told: readonly string[]
}
export interface AlertFile {
  readonly silences: readonly AlertSilence[]
  readonly told: readonly string[]
  /** Throws BadRequest. */
  silence(given: unknown): void
  unsilence(given: unknown): void
  keepTold(told: readonly string[]): void
}

export function checkSilence(value: unknown): AlertSilence {
  const { namespace, kind, name, ...others } = value as Record<string, unknown>
  const text = (v: unknown): v is string => typeof v === 'string' && v.length <= 253
  if (Object.keys(others).length) throw badRequest(`unknown field ${JSON.stringify(Object.keys(others)[0])} in the silence`)
  if (!text(namespace)) throw badRequest('namespace: must be a text')
  if ((kind === undefined) !== (name === undefined)) throw badRequest('kind and name belong together')
  if (kind === undefined) {
    if (!namespace) throw badRequest('namespace: Required value')
    return { namespace }
  }
  if (!text(kind) || !kind || !text(name) || !name) throw badRequest('kind and name: must be texts')
  return { namespace, kind, name }
}

/** A file that cannot be read counts as empty, which is said in the log. */
export function openAlertFile(path: string): AlertFile {
  let kept: Kept = { silences: [], told: [] }
  try {
    const { silences, told } = JSON.parse(readFileSync(path, 'utf8')) as Kept
    kept = { silences: silences.map(checkSilence), told: told.filter((id) => typeof id === 'string') }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') logger('alerts').warning('Silences could not be read', { path, error })
  }
  function save(change: Partial<Kept>): void {
    const next = { ...kept, ...change }
    writeFileSync(`${path}.new`, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 })
    renameSync(`${path}.new`, path)
    kept = next
  }
  return {
    get silences() {
      return kept.silences
    },
    get told() {
      return kept.told
    },
    silence(given) {
      const silence = checkSilence(given)
      if (kept.silences.some((s) => sameSilence(s, silence))) return
      if (kept.silences.length >= MAX_SILENCES) throw badRequest(`silences: must have at most ${MAX_SILENCES} items`)
      save({ silences: [...kept.silences, silence] })
    },
    unsilence(given) {
      const silence = checkSilence(given)
      save({ silences: kept.silences.filter((s) => !sameSilence(s, silence)) })
    },
    keepTold(told) {
      // That it cannot be remembered is no reason to stop telling.
      try {
        save({ told })
      } catch (error) {
        logger('alerts').warning('What was told cannot be remembered', { error })
      }
    },
  }
}
