/** The user's choices: a small JSON file, checked when read and when written. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { badRequest } from '../../shared/errors.ts'
import { defaultSettings, LOG_LIMITS, PAST_LIMITS, type Settings } from '../../shared/ipc.ts'
import { parseQuery } from '../../shared/logs/query.ts'
import { MAX_SAVED_QUERIES } from '../../shared/logs/types.ts'
import { logger } from '../../shared/log.ts'

/** How long and how much is kept: whole numbers from one to another. */
const KEPT = { keptPast: PAST_LIMITS, keptLogs: LOG_LIMITS } as const

const allowed: { [K in Exclude<keyof Settings, 'savedLogQueries' | keyof typeof KEPT>]: readonly Settings[K][] } = {
  language: ['system', 'en', 'ko'],
  theme: ['system', 'light', 'dark'],
}

/** Throws a BadRequest Status that names the field and what it may be. */
export function checkSettings(value: unknown): Partial<Settings> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest('settings must be an object')
  for (const [key, v] of Object.entries(value)) {
    if (key === 'savedLogQueries') {
      checkSavedQueries(v)
      continue
    }
    if (key in KEPT) {
      checkKept(key as keyof typeof KEPT, v)
      continue
    }
    const choices: readonly unknown[] | undefined = allowed[key as keyof typeof allowed]
    if (!choices) throw badRequest(`unknown setting ${JSON.stringify(key)}`)
    if (!choices.includes(v)) throw badRequest(`${key}: Unsupported value: ${JSON.stringify(v)}: supported values: ${choices.map((c) => JSON.stringify(c)).join(', ')}`)
  }
  return value as Partial<Settings>
}

function checkKept(setting: keyof typeof KEPT, value: unknown): void {
  const limits: Readonly<Record<string, readonly [number, number]>> = KEPT[setting]
  if (typeof value !== 'object' || value === null || Object.keys(value).sort().join() !== Object.keys(limits).sort().join()) throw badRequest(`${setting}: must have ${Object.keys(limits).join(' and ')}, and nothing else`)
  for (const [name, [least, most]] of Object.entries(limits)) {
    const n = (value as Record<string, unknown>)[name]
    if (!Number.isInteger(n) || (n as number) < least || (n as number) > most) throw badRequest(`${setting}.${name}: Invalid value: ${JSON.stringify(n)}: must be a whole number from ${least} to ${most}`)
  }
}

function checkSavedQueries(value: unknown): void {
  if (!Array.isArray(value) || value.length > MAX_SAVED_QUERIES) throw badRequest(`savedLogQueries: must be a list of at most ${MAX_SAVED_QUERIES} queries`)
  const names = new Set<string>()
  for (const [i, saved] of (value as unknown[]).entries()) {
    const { name, query, ...others } = (saved ?? {}) as Record<string, unknown>
    if (typeof name !== 'string' || name.trim() === '' || name.length > 200) throw badRequest(`savedLogQueries[${i}].name: must be a text of 1 to 200 characters`)
    if (names.has(name)) throw badRequest(`savedLogQueries[${i}].name: Duplicate value: ${JSON.stringify(name)}`)
    names.add(name)
    if (typeof query !== 'string') throw badRequest(`savedLogQueries[${i}].query: must be a text`)
    if (Object.keys(others).length) throw badRequest(`savedLogQueries[${i}]: unknown field ${JSON.stringify(Object.keys(others)[0])}`)
    try {
      parseQuery(query)
    } catch (e) {
      throw badRequest(`savedLogQueries[${i}].query: ${(e as Error).message}`)
    }
  }
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
