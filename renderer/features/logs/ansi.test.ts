import { expect, it } from 'vitest'
import { spans, type Span } from './ansi.ts'

const ESC = '\u001b'
it.each<[string, Span[]]>([
  ['plain', [{ text: 'plain', look: undefined }]],
  [`${ESC}[31mred${ESC}[0m not`, [{ text: 'red', look: { colour: 1 } }, { text: ' not', look: undefined }]],
  [`${ESC}[1;92;40mx${ESC}[39;49my${ESC}[22mz`, [{ text: 'x', look: { bold: true, colour: 10, background: 0 } }, { text: 'y', look: { bold: true, colour: undefined, background: undefined } }, { text: 'z', look: undefined }]],
  [`${ESC}[38;5;196ma${ESC}[48;2;1;2;3mb${ESC}[mc`, [{ text: 'a', look: { colour: 'rgb(255 0 0)' } }, { text: 'b', look: { colour: 'rgb(255 0 0)', background: 'rgb(1 2 3)' } }, { text: 'c', look: undefined }]],
  [`${ESC}[38;5;240mg`, [{ text: 'g', look: { colour: 'rgb(88 88 88)' } }]],
  [`a${ESC}[2Kb${ESC}]0;title\u0007c`, [{ text: 'abc', look: undefined }]],
])('%j', (text, expected) => expect(spans(text)).toEqual(expected))
