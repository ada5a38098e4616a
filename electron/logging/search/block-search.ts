/** Which lines of a block match a query: told to a callback, or counted. */
import type { LogAst } from '../../../shared/logs/ast.ts'
import { escapeRegex, groupVerdict, predicateOf, sourceVerdict, timeBounds, type LineView } from '../../../shared/logs/match.ts'
import type { LogSource } from '../../../shared/logs/types.ts'
import { textStart, type Rows } from '../columns.ts'
import { filterQuestions, mayContain } from '../filter.ts'
import { groupOf } from '../few.ts'
import { blockMayMatch, readsText, requiredLiteral, type RegexLeaf } from '../literals.ts'
import type { BlockReader } from './block-reader.ts'
import type { BlockTexts, FrameText, Place } from './block-texts.ts'
import { eachCandidate, framesWith, lineOf, type Candidates } from './candidates.ts'
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
  rows!: Rows
  texts!: BlockTexts
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
    if (this.#text !== undefined) return this.#text
    const start = textStart(this.rows, this.index)
    // Who asks has seen that it is there.
    return (this.#text = (this.texts.at(start) as FrameText).line(start, this.rows.ends[this.index] as number))
  }
  get time(): number {
    return this.rows.times[this.index] as number
  }
  get rank(): number {
    return this.rows.ranks[this.index] as number
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

  /** The lines of a block that match, in their order; of one that may match. */
  search(reader: BlockReader, block: BlockRef): Hits | undefined {
    // By local source and rank: blocks may have hundreds of sources, and a few lines of each.
    const verdicts = new Uint8Array(groupOf(block.sources.length, 0))
    for (let local = 0; local < block.sources.length; local++) verdicts.set(this.#groupsOf(block.sources[local] as number), groupOf(local, 0))
    const texts = reader.texts(block)
    const searchesText = this.readsText && this.#quick !== undefined
    // Rows come first where they may say that a frame has no line in question, and last where texts may say that no row is needed.
    const before = searchesText && !verdicts.includes(NO) ? undefined : reader.rows(block)
    const candidates = searchesText ? this.#candidates(texts, before && framesWith(before, texts, (local, rank) => verdicts[groupOf(local, rank)] !== NO)) : undefined
    const rows = candidates && !candidates.length ? undefined : before ?? reader.rows(block)
    if (!rows) return undefined
    const { sources, ranks, count } = rows
    const lines: number[] = []
    const line = this.#line
    line.texts = texts
    line.rows = rows
    const judge = (i: number): void => {
      const local = sources[i] as number
      const verdict = verdicts[groupOf(local, ranks[i] as number)]
      if (verdict === NO) return
      if (verdict === OPEN) {
        if (this.readsText && !texts.at(textStart(rows, i))) return
        if (!this.#test(line.at(i, this.#sources.get(block.sources[local] as number) as LogSource))) return
        if (this.readsText) texts.keep()
      }
      lines.push(i)
    }
    if (!this.readsText) for (let i = 0; i < count; i++) judge(i)
    else if (candidates) eachCandidate(rows, candidates, judge)
    else for (let k = 0; k < count; k++) judge(lineOf(rows, k))
    if (rows.order && this.readsText) lines.sort((a, b) => a - b)
    return { lines, rows, texts }
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
  /** @param wanted frames; not the others */
  #candidates(texts: BlockTexts, wanted: ReadonlySet<Place> | undefined): Candidates[] {
    return texts.frames.flatMap((frame, n) => {
      const text = wanted && !wanted.has(frame) ? undefined : texts.frame(n)
      if (!text) return []
      const quick = text.ascii ? this.#quick : this.#literal
      const places: number[] = []
      if (quick) text.each((window, from) => { for (const place of quickPlaces(window, quick)) places.push(from + place) })
      if (quick && !places.length) return []
      texts.keep()
      return [quick ? { frame, places } : { frame }]
    })
  }
}

export interface Hits {
  readonly lines: readonly number[]
  readonly rows: Rows
  readonly texts: BlockTexts
}
