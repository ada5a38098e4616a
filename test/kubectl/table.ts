/**
 * The form of the cases: what is typed, and what kubectl prints. Expected text is exact; what differs from run to run stands in
 * it as a placeholder: `{age}`, `{ip}` … (VARYING below). Where a text has one, the width of the columns beside it varies, and blanks
 * between columns are two or more. `{ns}` is the namespace that the story runs in, everywhere.
 */

export type Release = '28' | '32' | '34' | '35'

interface Printed {
  /** On standard output; nothing, when absent. Line breaks at the end are not looked at. */
  out?: string
  /** On standard error. */
  err?: string
  /** Exit code; 0 when absent. */
  code?: number
}
export type Swaps = readonly (readonly [newer: string, older: string])[]
export interface Case extends Printed {
  /** The words after `kubectl`, taken apart as a shell does; `@name` is a file of the story's. */
  run: string
  stdin?: string | object
  /** KUBE_EDITOR is a `sed -i` of this expression. */
  editor?: string
  env?: Record<string, string>
  /** What earlier releases print, those up to and with this minor: as a whole, or what stands there for which text of the release after it. */
  until?: Record<number, Printed | Swaps>
  /** The first and the last minor release that has the command. */
  since?: number
  last?: number
  /** Asked again until it prints as expected: a controller has its part in it. */
  eventually?: true
  /** It goes on until somebody stops it, which is done when it has printed what is expected; its exit code is then nobody's. */
  ends?: true
}
/** Cases that run one after the other in a namespace of their own, beside all other stories. */
export interface Story {
  about: string
  /** Created before, in this order. */
  objects?: readonly object[]
  /** What `@name` stands for. */
  files?: Record<string, string | object>
  cases: readonly Case[]
  /** Runs in `npm test` with every release too (they ask by different ways for it), or with the oldest and the newest (between which all lie). */
  telling?: 'all' | 'oldest'
}
/** `hollow`: nodes that run nothing, shared; `engine`: real containers, shared; `nodes`: hollow nodes, of which each story has one for itself, `{node}`. */
export type Cluster = 'hollow' | 'engine' | 'nodes'
export interface Group { name: string; cluster: Cluster; stories: readonly Story[] }

const AGE = String.raw`(?:\d+[smhdy])+|<invalid>`
const VARYING: Record<string, string> = {
  age: AGE, ip: String.raw`\d+\.\d+\.\d+\.\d+`, port: String.raw`\d+`, number: String.raw`\d+`, uid: '[0-9a-f]{8}-[0-9a-f-]{27}', time: String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`,
  date: String.raw`\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}`, suffix: '[a-z0-9]{5}', hash: '[a-z0-9]{6,10}', jwt: String.raw`[\w-]+\.[\w-]+\.[\w-]+`, any: '[^\\n]*', word: String.raw`\S+`, said: '(?:said)?', leading: "(?:tar: removing leading '/' from member names)?", lines: String.raw`[\s\S]*`,
}
const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')

/** Stands for the blanks between two columns of which one varies. */
const GAP = '\u0000'
const SPLIT = new RegExp(`\\{(${Object.keys(VARYING).join('|')})\\}`)

/** What the text may look like. */
export function pattern(expected: string): RegExp {
  const parts = (SPLIT.test(expected) ? expected.replaceAll(/(?<=\S) {2,}(?=\S)/g, GAP) : expected).split(SPLIT)
  const source = parts.map((part, i) => (i % 2 ? `(?:${VARYING[part]})` : literal(part).replaceAll(GAP, ' {2,}'))).join('')
  return new RegExp(`^${source}$`)
}

/** As a template literal is written in a table: from the line after the backquote. Blanks at the end of a line and lines at the end of all, which nobody sees, are not compared. */
export const text = (expected = ''): string => expected.replace(/^\n/, '').replaceAll(/ +$/gm, '').replace(/\n+$/, '')

const isSwaps = (older: Printed | Swaps): older is Swaps => Array.isArray(older)

/** `a "b c" 'd e'` as a shell takes it apart. */
export const words = (line: string): string[] =>
  [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, a?: string, b?: string) => a ?? b ?? ''))

/** What a release prints. */
export function printed(c: Case, release: string): Required<Printed> {
  let said: Printed = c
  for (const [minor, older] of Object.entries(c.until ?? {}).toSorted(([a], [b]) => Number(b) - Number(a))) {
    if (Number(release) > Number(minor)) break
    if (!isSwaps(older)) said = older
    else for (const [from, to] of older) said = { ...said, ...(said.out === undefined ? {} : { out: said.out.replaceAll(from, to) }), ...(said.err === undefined ? {} : { err: said.err.replaceAll(from, to) }) }
  }
  return { out: text(said.out), err: text(said.err), code: said.code ?? 0 }
}
export const has = (c: Case, release: string): boolean => Number(release) >= (c.since ?? 0) && Number(release) <= (c.last ?? 99)
