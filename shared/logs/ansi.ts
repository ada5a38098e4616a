/** ANSI sequences: colours and the like, which are shown but are no part of what a line says. Source: ECMA-48, 5.4 and 8.3. */

// CSI … final byte, OSC … BEL or ST, and the two-character ones.
// oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character
const SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-Z\\^-~])/g

/** The text without its sequences. */
export const plainText = (text: string): string => (text.includes('\u001b') ? text.replace(SEQUENCE, '') : text)

/** A sequence and where in the plain text it stands, in characters. */
export interface AnsiMark {
  readonly at: number
  readonly sequence: string
}
/** Takes them apart; `withMarks` puts them together again. */
export function takeMarks(text: string): { plain: string; marks: readonly AnsiMark[] } {
  if (!text.includes('\u001b')) return { plain: text, marks: [] }
  const marks: AnsiMark[] = []
  let plain = ''
  let end = 0
  for (const match of text.matchAll(SEQUENCE)) {
    plain += text.slice(end, match.index)
    marks.push({ at: plain.length, sequence: match[0] })
    end = match.index + match[0].length
  }
  return { plain: plain + text.slice(end), marks }
}
export function withMarks(plain: string, marks: readonly AnsiMark[]): string {
  let text = ''
  let end = 0
  for (const { at, sequence } of marks) {
    text += plain.slice(end, at) + sequence
    end = at
  }
  return text + plain.slice(end)
}
