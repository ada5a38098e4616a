/**
 * Sentences that the cluster says in its objects and answers, as kubectl users know them: events, conditions, why a request was refused.
 * They are in English wherever they are stored or sent; whoever shows them may say them in Korean. Each is written under `said/` with its
 * Korean beside it. What stands in `why` is such a sentence itself, `whys` are several with commas between, each perhaps with the number
 * of nodes that it is true of, and `detail` is what is wrong with a field. Particles stand behind names in both forms, since a name may
 * end either way.
 */
import { fillGaps } from './gaps.ts'
import { phrasesOf } from './phrases.ts'
import { answers } from './said/answers.ts'
import { containers } from './said/containers.ts'
import { extensions } from './said/extensions.ts'
import { details, faults } from './said/fields.ts'
import { network } from './said/network.ts'
import { nodes } from './said/nodes.ts'
import { pods } from './said/pods.ts'
import { scaling } from './said/scaling.ts'
import { scheduling } from './said/scheduling.ts'
import { volumes } from './said/volumes.ts'
import { workloads } from './said/workloads.ts'

/** English, and its Korean. */
type Table = Readonly<Record<string, string>>
export const sentences: Table = { ...answers, ...containers, ...extensions, ...network, ...nodes, ...pods, ...scaling, ...scheduling, ...volumes, ...workloads }

/** Tells a text by a table; undefined: it is not of it. */
function teller(table: Table): (text: string) => string | undefined {
  const { read } = phrasesOf<'', string>('', Object.fromEntries(Object.keys(table).map((english) => [english, english])))
  return (text) => {
    const phrase = read(text)
    if (!phrase) return undefined
    return fillGaps(table[phrase.name] as string, Object.fromEntries(Object.entries(phrase.words).map(([gap, word]) => [gap, INNER[gap]?.(word) ?? word])))
  }
}
const sentence = teller(sentences)
const fault = teller(faults)
const rule = teller(details)
/** Rules of a schema say the field again. */
const detail = (text: string): string | undefined => rule(text.replace(/^\S+ (?=in body )/, ''))

/** Between two of several sentences; not between a key and its value, or within brackets. */
const COMMA = /, (?=\d+ |node\(s\)|persistentvolumeclaim |unknown field |duplicate field )/
/** A number of nodes, and what is true of them. */
const COUNTED = /^(\d+) ([^]+)$/
const several = (whys: string): string => whys.split(COMMA).map((one) => {
  const [, count, why] = COUNTED.exec(one) ?? []
  return why === undefined ? saidKorean(one) : `${saidKorean(why)}(${count}개)`
}).join(', ')

/** What the gaps of other sentences hold. */
const INNER: Readonly<Record<string, (text: string) => string | undefined>> = { why: saidKorean, whys: several, detail }

const KINDS = '(?:Required value|Invalid value: |Unsupported value: |Duplicate value: |Forbidden: |Too long: |Too many: |Not found: )'
/** Several faults of an object. */
const FAULTS = new RegExp(`, (?=\\S+: ${KINDS})`)
/** A fault, behind the field that it is of or by itself. */
const FAULT = new RegExp(`^(?:(\\S+): )?(${KINDS}[^]*)$`)
/** A fault that says the rule alone, and not the value. */
const WHOLE = 'Invalid value: '

function faultIn(text: string): string | undefined {
  const [, field, what = ''] = FAULT.exec(text) ?? []
  if (what === '') return undefined
  const whole = what.startsWith(WHOLE) ? detail(what.slice(WHOLE.length)) : undefined
  const told = whole === undefined ? fault(what) : `잘못된 값: ${whole}`
  return told === undefined || field === undefined ? told : `${field}: ${told}`
}

/** A sentence about an object, behind its namespace and its name. */
const ABOUT = /^([a-z0-9.-]+\/[a-z0-9.-]+: )([^]+)$/

/** A sentence in Korean; what nobody here says stays as it is. */
export function saidKorean(text: string): string {
  const [, about, what] = ABOUT.exec(text) ?? []
  if (what !== undefined) return `${about}${saidKorean(what)}`
  if (/^\[[^]*: [^]*\]$/.test(text)) return `[${text.slice(1, -1).split(FAULTS).map(saidKorean).join(', ')}]`
  // Some of upstream's sentences end in a space.
  const plain = text.trimEnd()
  return faultIn(plain) ?? sentence(plain) ?? text
}
