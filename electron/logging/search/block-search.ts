/** Which lines of a block match a query: told to a callback, or counted. */
import type { LogAst } from '../../../shared/logs/ast.ts'
import { escapeRegex, groupVerdict, predicateOf, sourceVerdict, timeBounds, type LineView } from '../../../shared/logs/match.ts'
import type { LogSource } from '../../../shared/logs/types.ts'
import { textStart, type Columns } from '../columns.ts'
import { filterQuestions, mayContain } from '../filter.ts'
import { groupOf } from '../few.ts'
import { blockMayMatch, readsText, requiredLiteral, type RegexLeaf } from '../literals.ts'
import { BlockText, type BlockReader } from './block-reader.ts'
import { quickPlaces, quickRegex } from './quick.ts'
import type { BlockRef } from './block-list.ts'
import type { JobBase } from './jobs.ts'
import { wordNeeds, type WordNeeds } from './word-needs.ts'

/** As many as `groupOf` has room for. */
const RANKS = [0, 1, 2, 3, 4, 5, 6, 7]
/** What is known of the lines of a source that have a rank, by that. */
const [NO, YES, OPEN] = [0, 1, 2]
const NONE = new Uint8Array(RANKS.length)

/** One object for all lines of a block: its text is made when somebody looks. */
class Line implements LineView {
  columns!: Columns
  texts!: BlockText
  source!: LogSource
  index = 0
  #text: string | undefined
  at(index: number, source: LogSource): this {
    this.index = index
    this.source = source
    this.#text = undefined
    return this
  }
  get text(): string {
    return (this.#text ??= this.texts.line(textStart(this.columns, this.index), this.columns.ends[this.index] as number))
  }
  get time(): number {
    return this.columns.times[this.index] as number
  }
  get rank(): number {
    return this.columns.ranks[this.index] as number
  }
}

export class BlockSearch {
  readonly #ast: LogAst
  readonly #sources: JobBase['sources']
  readonly #test: (line: LineView) => boolean
  readonly #verdict: (source: LogSource) => boolean | undefined
  /** By the number of the source, as they are asked for. */
  readonly #possible: boolean[] = []
  readonly #groupVerdict: (source: LogSource, rank: number) => boolean | undefined
  readonly #ofRanks: Uint8Array[] = []
  readonly #bounds: { from: number; to: number }
  /** Finds what every line contains that matches. */
  readonly #literal: RegExp | undefined
  /** The same, or more, of texts of ASCII alone. */
  readonly #quick: RegExp | undefined
  readonly #questions = new Map<string, readonly number[]>()
  /** What expressions need of words. */
  readonly #needs = new Map<RegexLeaf, WordNeeds | undefined>()
  readonly #line = new Line()
  readonly readsText: boolean
  /** Whether a filter could say that a block has no such line. */
  readonly #asksFilter: boolean

  constructor(job: JobBase) {
    this.#ast = job.ast
    this.#sources = job.sources
    this.#test = predicateOf(this.#ast, job.now)
    this.#verdict = sourceVerdict(this.#ast)
    this.#groupVerdict = groupVerdict(this.#ast)
    this.#bounds = timeBounds(this.#ast, job.now)
    const literal = requiredLiteral(this.#ast)
    this.#literal = literal === '' ? undefined : new RegExp(escapeRegex(literal), 'gi')
    this.#quick = quickRegex(this.#ast) ?? this.#literal
    this.#asksFilter = !blockMayMatch(this.#ast, () => false, (leaf) => (this.#needsOf(leaf) ? false : undefined))
    this.readsText = readsText(this.#ast)
  }

  /** Whether a block can have lines that match, as far as its index and filter tell. */
  mayMatch(reader: BlockReader, block: BlockRef): boolean {
    if (block.maxTime < this.#bounds.from || block.minTime >= this.#bounds.to) return false
    let possible = false
    for (let i = 0; i < block.sources.length && !possible; i++) possible = this.#ofSource(block.sources[i] as number)
    if (!possible) return false
    // What the filter denies is not read.
    const filter = this.#asksFilter ? reader.filter(block) : undefined
    return !filter || blockMayMatch(this.#ast, (literal) => mayContain(filter.filter, this.#asked(literal)), (leaf) => {
      const needs = filter.words && this.#needsOf(leaf)
      const words = needs && filter.words?.()
      return words === undefined ? undefined : needs?.(words)
    })
  }

  /** Of a block that may match, calls with each line that does, in the order of the block. `texts`: whether the caller will look at the texts. */
  search(reader: BlockReader, block: BlockRef, texts: boolean, found: (line: number, columns: Columns, source: number) => void): void {
    // By local source and rank: blocks may have hundreds of sources, and a few lines of each.
    const verdicts = new Uint8Array(groupOf(block.sources.length, 0))
    for (let local = 0; local < block.sources.length; local++) verdicts.set(this.#groupsOf(block.sources[local] as number), groupOf(local, 0))
    const raw = this.readsText ? reader.text(block) : undefined
    if (this.readsText && !raw) return
    const text = raw && new BlockText(raw)
    const candidates = text && this.#candidates(text)
    if (candidates && !candidates.length) return
    let columns = reader.columns(block, raw)
    if (!columns) return
    const line = this.#line
    if (text) line.texts = text
    line.columns = columns
    const judge = (i: number): void => {
      const local = (columns as Columns).sources[i] as number
      const verdict = verdicts[groupOf(local, (columns as Columns).ranks[i] as number)]
      if (verdict === NO) return
      if (verdict === OPEN && !this.#test(line.at(i, this.#sources.get(block.sources[local] as number) as LogSource))) return
      // Texts are read for the first line that is found.
      if (texts && (columns as Columns).text.length === 0 && !raw) {
        const late = reader.text(block)
        if (!late) return
        columns = { ...(columns as Columns), text: late }
      }
      found(i, columns as Columns, block.sources[local] as number)
    }
    if (!text || !candidates) {
      for (let i = 0; i < columns.count; i++) judge(i)
      return
    }
    // Of the places, their lines, each once.
    let last = -1
    for (const place of candidates) {
      const i = lineAt(columns.ends, place, last < 0 ? 0 : last)
      if (i !== last && i < columns.count) judge(i)
      last = i
    }
  }

  /** Whether it can have lines that match. */
  #ofSource(id: number): boolean {
    const known = this.#possible[id]
    if (known !== undefined) return known
    // Those that cannot match were not sent along.
    const source = this.#sources.get(id)
    return (this.#possible[id] = source !== undefined && this.#verdict(source) !== false)
  }
  #groupsOf(id: number): Uint8Array {
    const source = this.#sources.get(id)
    return source ? (this.#ofRanks[id] ??= Uint8Array.from(RANKS, (rank) => {
      const verdict = this.#groupVerdict(source, rank)
      return verdict === undefined ? OPEN : verdict ? YES : NO
    })) : NONE
  }
  #asked(literal: string): readonly number[] {
    let q = this.#questions.get(literal)
    if (!q) this.#questions.set(literal, (q = filterQuestions(literal)))
    return q
  }
  #needsOf(leaf: RegexLeaf): WordNeeds | undefined {
    if (!this.#needs.has(leaf)) this.#needs.set(leaf, wordNeeds(leaf.source, leaf.flags))
    return this.#needs.get(leaf)
  }
  /** Places in the texts whose lines alone can match, in order; undefined: all lines can. */
  #candidates(text: BlockText): readonly number[] | undefined {
    const quick = text.ascii ? this.#quick : this.#literal
    if (!quick) return undefined
    const places: number[] = []
    text.each((window, from) => { for (const place of quickPlaces(window, quick)) places.push(from + place) })
    return places
  }
}

/** The line that holds a byte: the first whose end is not before it. */
function lineAt(ends: Uint32Array, place: number, from: number): number {
  let low = from
  let high = ends.length
  while (low < high) {
    const mid = (low + high) >>> 1
    if ((ends[mid] as number) < place) low = mid + 1
    else high = mid
  }
  return low
}
