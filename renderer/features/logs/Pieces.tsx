/** A line's text with the colours it brings along, and what it was found by marked. */
import type { CSSProperties } from 'react'
import { spans, type Look } from './ansi.ts'
import { marksIn } from './tokens.ts'

function styled(look: Look): { className: string; style: CSSProperties } {
  const { bold, dim, italic, underline, struck, inverse } = look
  const [colour, background] = inverse ? [look.background ?? 'bg', look.colour ?? 'fg'] : [look.colour, look.background]
  const names = [bold && 'bold', dim && 'dim', italic && 'italic', underline && 'under', struck && 'struck', colour === 'bg' && 'inverse', typeof colour === 'number' && `a${colour}`, typeof background === 'number' && `b${background}`, background === 'fg' && 'onfg']
  return {
    className: names.filter(Boolean).join(' '),
    style: { ...(typeof colour === 'string' && colour !== 'bg' ? { color: colour } : {}), ...(typeof background === 'string' && background !== 'fg' ? { backgroundColor: background } : {}) },
  }
}

export function Pieces({ text, needles }: { text: string; needles: readonly RegExp[] }) {
  const all = spans(text)
  const plain = all.length === 1 ? (all[0]?.text ?? '') : all.map((s) => s.text).join('')
  const marks = needles.length === 0 ? [] : marksIn(plain, needles)
  if (marks.length === 0 && all.every((s) => s.look === undefined)) return plain
  let from = 0
  return all.map(({ text: part, look }) => {
    const begin = from
    from += part.length
    const shown = marked(part, begin, marks)
    return look ? <span key={begin} {...styled(look)}>{shown}</span> : <span key={begin}>{shown}</span>
  })
}
function marked(part: string, begin: number, marks: readonly (readonly [number, number])[]) {
  const own = marks.filter(([a, b]) => a < begin + part.length && b > begin)
  if (own.length === 0) return part
  let at = 0
  const shown = own.flatMap(([a, b]) => {
    const low = Math.max(0, a - begin)
    const high = Math.min(part.length, b - begin)
    const pieces = [part.slice(at, low), <mark key={low}>{part.slice(low, high)}</mark>]
    at = high
    return pieces
  })
  return [...shown, part.slice(at)]
}
