/** A checked query, ready to match. Regular expressions run under a time limit, since a few of them never end. */
import { createContext, Script } from 'node:vm'
import { badRequest } from '../../shared/errors.ts'
import type { LogQuery } from '../../shared/ipc.ts'
import type { Source } from './segment-format.ts'

export const MAX_LIMIT = 10_000
const DEFAULT_LIMIT = 1_000
/** Only so much of a line is searched. */
export const SEARCHED_CHARACTERS = 16 * 1024
const MAX_SEARCH = 1_024
const MAX_NAMES = 10_000
/** For one batch of lines; a harmless expression needs a hundredth of it. */
const REGEX_MS = 40
const MOST_ATTEMPTS = 20
/** CPU time of this process so far, in milliseconds; of this thread where Node can tell (from 23.9 on). */
function cpuMs(): number {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage)()
  return (user + system) / 1000
}

export interface Matcher {
  readonly limit: number
  readonly from: number
  readonly to: number
  readonly before: { readonly time: number; readonly sequence: number } | undefined
  source(source: Source): boolean
  /** Which of the texts match; undefined: all. Throws a bad request when an expression takes too long. */
  readonly texts: ((texts: readonly string[]) => boolean[]) | undefined
  /** Quick look at a piece of a segment file: false when no text in it can match. */
  mayContain(raw: string): boolean
}

/** Throws a bad request that says which field is wrong. */
export function createMatcher(query: LogQuery): Matcher {
  const namespaces = names(query.namespaces, 'namespaces')
  const pods = names(query.pods, 'pods')
  const containers = names(query.containers, 'containers')
  const { limit = DEFAULT_LIMIT, search, before } = query
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) throw badRequest(`limit: must be a whole number from 1 to ${MAX_LIMIT}`)
  if (before && !(Number.isFinite(before.time) && Number.isFinite(before.sequence))) throw badRequest('before: time and sequence must be numbers')
  if (search !== undefined && (typeof search !== 'string' || search.length > MAX_SEARCH)) throw badRequest(`search: must be a text of at most ${MAX_SEARCH} characters`)
  return {
    limit,
    from: time(query.from, 'from', -Infinity),
    to: time(query.to, 'to', Infinity),
    before,
    source: (s) => (!namespaces || namespaces.has(s.namespace)) && (!pods || pods.has(`${s.namespace}/${s.pod}`)) && (!containers || containers.has(s.container)),
    texts: !search ? undefined : query.regex ? regexTest(search, query.caseSensitive === true) : substringTest(search, query.caseSensitive === true),
    mayContain: search && !query.regex ? rawTest(search, query.caseSensitive === true) : () => true,
  }
}

function names(list: string[] | undefined, field: string): Set<string> | undefined {
  if (list === undefined) return undefined
  if (!Array.isArray(list) || list.length > MAX_NAMES || list.some((n) => typeof n !== 'string')) throw badRequest(`${field}: must be a list of at most ${MAX_NAMES} names`)
  return list.length ? new Set(list) : undefined
}

function time(value: number | undefined, field: string, otherwise: number): number {
  if (value === undefined) return otherwise
  if (typeof value !== 'number' || Number.isNaN(value)) throw badRequest(`${field}: must be a time in milliseconds`)
  return value
}

const searched = (text: string): string => (text.length > SEARCHED_CHARACTERS ? text.slice(0, SEARCHED_CHARACTERS) : text)

function substringTest(search: string, caseSensitive: boolean): (texts: readonly string[]) => boolean[] {
  if (caseSensitive) return (texts) => texts.map((t) => searched(t).includes(search))
  const lower = search.toLowerCase()
  return (texts) => texts.map((t) => searched(t).toLowerCase().includes(lower))
}

/** The text as JSON writes it is in the file as it is; only for ASCII does lower case not depend on what is around it. */
function rawTest(search: string, caseSensitive: boolean): (raw: string) => boolean {
  const written = JSON.stringify(search).slice(1, -1)
  if (caseSensitive) return (raw) => raw.includes(written)
  if (!/^[ -~]*$/.test(search)) return () => true
  const lower = written.toLowerCase()
  return (raw) => raw.toLowerCase().includes(lower)
}

interface Sandbox {
  expression?: RegExp
  texts?: readonly string[]
}
let sandbox: { globals: Sandbox; script: Script } | undefined

/** Runs where it can be interrupted: a plain call to `test` can not. */
function regexTest(search: string, caseSensitive: boolean): (texts: readonly string[]) => boolean[] {
  let expression: RegExp
  try {
    expression = new RegExp(search, caseSensitive ? '' : 'i')
  } catch (error) {
    throw badRequest(`search: ${error instanceof Error ? error.message : 'invalid regular expression'}`)
  }
  return (texts) => {
    sandbox ??= { globals: createContext({}) as Sandbox, script: new Script('texts.map((text) => expression.test(text))') }
    const { globals, script } = sandbox
    globals.expression = expression
    globals.texts = texts.map(searched)
    try {
      for (let attempt = 1; ; attempt++) {
        const began = cpuMs()
        try {
          return [...(script.runInContext(globals as object, { timeout: REGEX_MS }) as boolean[])]
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
          // The limit is of the wall clock: on a busy machine the expression may hardly have run. Then it gets another try.
          if (attempt < MOST_ATTEMPTS && cpuMs() - began < REGEX_MS / 2) continue
          throw badRequest('search: the regular expression takes too long; nested repetition such as (a+)+ is the usual cause')
        }
      }
    } finally {
      delete globals.texts
    }
  }
}
