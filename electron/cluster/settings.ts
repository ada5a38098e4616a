/** The user's choices: a small JSON file, checked when read and when written. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { badRequest } from '../../shared/errors.ts'
import { defaultSettings, type Settings } from '../../shared/ipc.ts'
import { logger } from '../../shared/log.ts'

const allowed: { [K in keyof Settings]: readonly Settings[K][] } = {
  language: ['system', 'en', 'ko'],
  theme: ['system', 'light', 'dark'],
}

/** Throws a BadRequest Status that names the field and what it may be. */
export function checkSettings(value: unknown): Partial<Settings> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest('settings must be an object')
  for (const [key, v] of Object.entries(value)) {
    const choices: readonly unknown[] | undefined = allowed[key as keyof Settings]
    if (!choices) throw badRequest(`unknown setting ${JSON.stringify(key)}`)
    if (!choices.includes(v)) throw badRequest(`${key}: Unsupported value: ${JSON.stringify(v)}: supported values: ${choices.map((c) => JSON.stringify(c)).join(', ')}`)
  }
  return value as Partial<Settings>
}

export interface SettingsFile {
  get(): Settings
  set(change: unknown): Settings
}

/** A file that cannot be read gives the defaults, says so in the log, and is overwritten by the next change. */
export function openSettings(path: string): SettingsFile {
  let current = { ...defaultSettings }
  try {
    current = { ...current, ...checkSettings(JSON.parse(readFileSync(path, 'utf8'))) }
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code !== 'ENOENT') logger('cluster').warning('Settings could not be read; using the defaults', { path, error: e })
  }
  return {
    get: () => current,
    set(change) {
      current = { ...current, ...checkSettings(change) }
      // Written beside and renamed, so that a crash leaves the old file or the new one.
      writeFileSync(`${path}.new`, `${JSON.stringify(current, null, 2)}\n`, { mode: 0o600 })
      renameSync(`${path}.new`, path)
      return current
    },
  }
}
