import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { absences, behaviours } from './behaviours.ts'

const id = (b: { file: string; name: string }): string => `${b.file}: ${b.name}`
const listed = new Set(behaviours().map(id))
const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.test.ts') && f.includes('/'))
const TITLE = /^\s*(?:it|test)(?:\.concurrent)?\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gm
const taken = files.flatMap((path) => [...readFileSync(join(import.meta.dirname, path), 'utf8').matchAll(TITLE)].map((m) => id({ file: path.replace(/(\.serial)?\.test\.ts$/, '.go'), name: (m[2] as string).replaceAll(/\\(.)/g, '$1') })))

describe('conformance tests', () => {
  it('are found', () => expect(taken.length).toBeGreaterThan(2))
  it('have names of the list, in the file that the list names', () => expect(taken.filter((t) => !listed.has(t))).toEqual([]))
  it('are all there, or say why not', () => {
    const there = new Set(taken)
    expect([...behaviours()].filter((b) => !there.has(id(b)) && !absences().has(id(b)) && !absences().has(b.file)).map(id)).toEqual([])
  })
  it('stand once', () => expect(taken.filter((t, i) => taken.indexOf(t) !== i)).toEqual([]))
  it('are not said to be absent', () => expect(taken.filter((t) => absences().has(t))).toEqual([]))
  it('give reasons only for what is on the list', () => {
    const known = new Set([...listed, ...behaviours().map((b) => b.file)])
    expect([...absences()].filter(([what, reason]) => !known.has(what) || reason.length < 10)).toEqual([])
  })
})
