/** Colours that a line brings along. Source: ECMA-48, 8.3.117 (SGR), and what terminals have made of it: 256 colours, true colour. */
import { takeMarks } from '../../../shared/logs/ansi.ts'

export interface Look {
  /** 0 to 15: a colour of the theme's; else a CSS colour. */
  readonly colour?: number | string | undefined
  readonly background?: number | string | undefined
  readonly bold?: boolean
  readonly dim?: boolean
  readonly italic?: boolean
  readonly underline?: boolean
  readonly struck?: boolean
  readonly inverse?: boolean
}
export interface Span {
  readonly text: string
  /** undefined: as the page has it. */
  readonly look: Look | undefined
}
// oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character
const SGR = /^\u001b\[([\d;:]*)m$/
const LEVELS = [0, 95, 135, 175, 215, 255]

function of256(n: number): number | string {
  if (n < 16) return n
  if (n >= 232) return `rgb(${Array(3).fill(8 + (n - 232) * 10).join(' ')})`
  const c = n - 16
  return `rgb(${[Math.floor(c / 36), Math.floor(c / 6) % 6, c % 6].map((i) => LEVELS[i]).join(' ')})`
}

/** The look after a sequence of numbers. */
function applied(look: Look, codes: readonly number[]): Look {
  let next = look
  for (let i = 0; i < codes.length; i++) {
    const n = codes[i] as number
    if (n === 0) next = {}
    else if (n === 38 || n === 48) {
      const key = n === 38 ? 'colour' : 'background'
      if (codes[i + 1] === 5) next = { ...next, [key]: of256(codes[i + 2] ?? 0) }
      else if (codes[i + 1] === 2) next = { ...next, [key]: `rgb(${[2, 3, 4].map((k) => codes[i + k] ?? 0).join(' ')})` }
      i += codes[i + 1] === 5 ? 2 : 4
    } else if ((n >= 30 && n <= 37) || (n >= 90 && n <= 97)) next = { ...next, colour: n < 90 ? n - 30 : n - 82 }
    else if ((n >= 40 && n <= 47) || (n >= 100 && n <= 107)) next = { ...next, background: n < 100 ? n - 40 : n - 92 }
    else if (n === 39) next = { ...next, colour: undefined }
    else if (n === 49) next = { ...next, background: undefined }
    else if (n === 1) next = { ...next, bold: true }
    else if (n === 2) next = { ...next, dim: true }
    else if (n === 22) next = { ...next, bold: false, dim: false }
    else if (n === 3 || n === 23) next = { ...next, italic: n === 3 }
    else if (n === 4 || n === 24) next = { ...next, underline: n === 4 }
    else if (n === 9 || n === 29) next = { ...next, struck: n === 9 }
    else if (n === 7 || n === 27) next = { ...next, inverse: n === 7 }
  }
  return next
}

/** The text in pieces of one look each; other sequences are left out. */
export function spans(text: string): readonly Span[] {
  const { plain, marks } = takeMarks(text)
  if (marks.length === 0) return [{ text: plain, look: undefined }]
  const found: Span[] = []
  let look: Look = {}
  let from = 0
  const push = (to: number): void => {
    if (to > from) found.push({ text: plain.slice(from, to), look: Object.values(look).some(Boolean) || look.colour === 0 || look.background === 0 ? look : undefined })
    from = to
  }
  for (const { at, sequence } of marks) {
    const codes = SGR.exec(sequence)?.[1]
    if (codes === undefined) continue
    push(at)
    look = applied(look, codes === '' ? [0] : codes.split(/[;:]/).map(Number))
  }
  push(plain.length)
  return found
}
