/** Which lines of a block match a query: told to a callback, or counted. */
import type { LogAst } from '../../../shared/logs/ast.ts'
import { predicateOf, sourceVerdict, timeBounds, type LineView } from '../../../shared/logs/match.ts'
import type { LogSource } from '../../../shared/logs/types.ts'
import { textStart, type Columns } from '../columns.ts'
import { filterQuestions, mayContain } from '../filter.ts'
import { blockMayMatch, readsText, requiredLiteral } from '../literals.ts'
import { BlockText, type BlockReader } from './block-reader.ts'
import type { BlockRef, JobBase } from './jobs.ts'

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
  readonly #verdicts = new Map<number, boolean | undefined>()
  readonly #bounds: { from: number; to: number }
  /** Every line that matches contains it, in lower case. */
  readonly #literal: string
  readonly #quick: RegExp | undefined
  readonly #questions = new Map<string, readonly number[]>()
  readonly #line = new Line()
  #common = 0
  readonly #possible = new WeakMap<BlockRef, boolean>()
  readonly readsText: boolean

  constructor(job: JobBase) {
    this.#ast = job.ast
    this.#sources = job.sources
    this.#test = predicateOf(this.#ast, job.now)
    this.#verdict = sourceVerdict(this.#ast)
    this.#bounds = timeBounds(this.#ast, job.now)
    this.#literal = requiredLiteral(this.#ast).toLowerCase()
    this.#quick = quickRegex(this.#ast)
    this.readsText = readsText(this.#ast)
  }

  /** To be told of the block that comes next: its texts are unpacked meanwhile, if they are needed. Resolves when they are there. */
  ahead(reader: BlockReader, block: BlockRef): Promise<void> | undefined {
    return this.readsText && this.#mayMatch(reader, block) ? reader.ahead(block) : undefined
  }
  /** Whether a block can have lines that match, as far as its index and filter tell. Said once, since it is asked for ahead too. */
  #mayMatch(reader: BlockReader, block: BlockRef): boolean {
    let answer = this.#possible.get(block)
    if (answer === undefined) this.#possible.set(block, (answer = this.#look(reader, block)))
    return answer
  }
  #look(reader: BlockReader, block: BlockRef): boolean {
    if (block.maxTime < this.#bounds.from || block.minTime >= this.#bounds.to) return false
    if (block.sources.every((s) => this.#ofSource(s) === false)) return false
    // What the filter denies is not read.
    const filter = this.readsText ? reader.filter(block) : undefined
    return !filter || blockMayMatch(this.#ast, (literal) => mayContain(filter, this.#asked(literal)))
  }

  /** Calls with each line that matches, in the order of the block. `texts`: whether the caller will look at the texts. */
  search(reader: BlockReader, block: BlockRef, texts: boolean, found: (line: number, columns: Columns, source: number) => void): void {
    if (!this.#mayMatch(reader, block)) return
    const verdicts = block.sources.map((s) => this.#ofSource(s))
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
      const verdict = verdicts[local]
      if (verdict === false) return
      if (verdict === undefined && !this.#test(line.at(i, this.#sources.get(block.sources[local] as number) as LogSource))) return
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

  #ofSource(id: number): boolean | undefined {
    if (!this.#verdicts.has(id)) this.#verdicts.set(id, this.#verdict(this.#sources.get(id) as LogSource))
    return this.#verdicts.get(id)
  }
  #asked(literal: string): readonly number[] {
    let q = this.#questions.get(literal)
    if (!q) this.#questions.set(literal, (q = filterQuestions(literal)))
    return q
  }
  /** Places in the texts whose lines alone can match, in order; undefined: all lines can. */
  #candidates(text: BlockText): readonly number[] | undefined {
    const quick = text.ascii ? this.#quick : undefined
    if (this.#literal === '' && !quick) return undefined
    const places: number[] = []
    text.each((window, from) => {
      let few: readonly number[] | undefined
      if (this.#literal !== '' && (!quick || this.#common < COMMON)) {
        few = literalPlaces(window.toLowerCase(), this.#literal, quick ? FEW : Infinity)
        this.#common = Math.max(0, this.#common + (few ? -1 : 1))
      }
      for (const place of few ?? quickPlaces(window, quick as RegExp)) places.push(from + place)
    })
    return places
  }
}
/** Lines of a window with the literal: where there are more, the expression itself is faster over all of it than line by line. */
const FEW = 32
/** After so many such windows, less those that have few, the literal is taken to be everywhere. */
const COMMON = 8

/** One place in each line that contains it; undefined when there are more than `most`. */
function literalPlaces(lower: string, literal: string, most: number): number[] | undefined {
  const places: number[] = []
  for (let at = lower.indexOf(literal); at >= 0;) {
    if (places.length >= most) return undefined
    places.push(at)
    // Further ones on the same line tell nothing new.
    const end = lower.indexOf('\n', at)
    at = end < 0 ? -1 : lower.indexOf(literal, end)
  }
  return places
}
function quickPlaces(window: string, quick: RegExp): number[] {
  const places: number[] = []
  quick.lastIndex = 0
  for (let m = quick.exec(window); m; m = quick.exec(window)) {
    const end = window.indexOf('\n', m.index)
    const stop = m.index + m[0].length
    places.push(m.index)
    // What goes over several lines is no match; but each of them may have one of its own.
    for (let at = end; at >= 0 && at < stop; at = window.indexOf('\n', at + 1)) places.push(at + 1)
    if (end < 0) break
    quick.lastIndex = Math.max(end + 1, window.lastIndexOf('\n', stop - 1) + 1)
    if (quick.lastIndex > window.length) break
  }
  return places
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

/**
 * An expression that finds, in all texts of a block at once, at least the lines that the query's own expression finds one
 * by one; undefined where that is not certain (looking around, what could run over line ends without end).
 */
function quickRegex(ast: LogAst): RegExp | undefined {
  const regex = ast.type === 'and' ? ast.items.find((i) => i.type === 'regex') : ast
  if (regex?.type !== 'regex') return undefined
  const { source, flags } = regex
  if (/\(\?[!<=]|\[\^|\\[WDSsnr]|\\[1-9k]/.test(source) || flags.includes('s')) return undefined
  return new RegExp(source, `${flags.replace('m', '')}gm`)
}
