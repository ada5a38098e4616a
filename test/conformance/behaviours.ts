/**
 * The list that the conformance tests are held against: behaviours.tsv (upstream's conformance tests, release 1.37), and
 * absent.tsv with a reason for what is not there. The tests of upstream's `file.go` stand in `<sig>/file.test.ts`, those that
 * disturb others in `<sig>/file.serial.test.ts`; a test is named as its behaviour.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Behaviour {
  /** `apps/deployment.go` */
  readonly file: string
  readonly name: string
}
const rows = (name: string): string[][] => readFileSync(join(import.meta.dirname, name), 'utf8').split('\n').slice(1).filter(Boolean).map((line) => line.split('\t'))
export const nameOf = (text: string): string => text.replace(/(\s*\[\w+\])+$/, '')

export const behaviours = (): Behaviour[] => rows('behaviours.tsv').map(([sig = '', file = '', name = '']) => ({ file: `${sig}/${file}`, name: nameOf(name) }))
/** Why a behaviour has no test here: by `file: name`, or by `file` for all of it. */
export const absences = (): Map<string, string> => new Map(rows('absent.tsv').map(([what = '', reason = '']) => [what, reason]))
