/** What the zone says to a question. Pure but for the world it reads. */
import { addressOfReverse, isBelow, undashed } from './names.ts'
import { address, type RecordType, type ZoneRecord } from './wire.ts'
import type { RecordSets, Zone } from './zone.ts'

export interface NamedRecord {
  /** undefined: the name that was asked for. */
  readonly name: string | undefined
  readonly record: ZoneRecord
}
export interface Found {
  readonly code: 'NOERROR' | 'NXDOMAIN'
  readonly answers: readonly NamedRecord[]
  readonly additionals: readonly NamedRecord[]
  /** An alias that leads out of the zone: what it stands for has to be asked elsewhere. */
  readonly alias?: string
}
export interface World {
  readonly zone: Zone
  hasNamespace(name: string): boolean
  /** Whether an address is of the cluster's own ranges, so that nobody else can know its name. */
  isOurs(address: string): boolean
}

const NO_SUCH_NAME: Found = { code: 'NXDOMAIN', answers: [], additionals: [] }
const NO_DATA: Found = { code: 'NOERROR', answers: [], additionals: [] }
const LONGEST_CHAIN = 8

/** Shuffled, so that clients which take the first spread over all. */
function shuffled<T>(list: readonly T[], random: () => number): readonly T[] {
  if (list.length < 2) return list
  const out = [...list]
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[out[i], out[j]] = [out[j] as T, out[i] as T]
  }
  return out
}

/** `10-244-1-5.NAMESPACE.pod.DOMAIN` and the names above it; undefined: not of that form. */
function podName(name: string, world: World): RecordSets | 'none' | undefined {
  const suffix = `.pod.${world.zone.domain}`
  if (name === suffix.slice(1)) return new Map()
  if (!name.endsWith(suffix)) return undefined
  const labels = name.slice(0, -suffix.length).split('.')
  if (labels.length > 2 || !world.hasNamespace(labels.at(-1) ?? '')) return 'none'
  if (labels.length === 1) return new Map()
  const ip = undashed(labels[0] ?? '')
  if (!ip) return 'none'
  const record = address(ip)
  return new Map([[record.type, [record]]])
}

function setsOf(name: string, world: World): RecordSets | undefined {
  const pod = podName(name, world)
  if (pod !== undefined) return pod === 'none' ? undefined : pod
  const found = world.zone.lookup(name)
  if (found) return found
  const suffix = `.svc.${world.zone.domain}`
  if (name === suffix.slice(1)) return new Map()
  // A namespace without Services exists all the same.
  return name.endsWith(suffix) && world.hasNamespace(name.slice(0, -suffix.length)) ? new Map() : undefined
}

/** Whether the zone answers for the name: below the domain, or the reverse name of an address of ours. */
export function isAuthoritative(name: string, world: World): boolean {
  if (isBelow(name, world.zone.domain)) return true
  if (world.zone.lookup(name)) return true
  const of = addressOfReverse(name)
  return of !== undefined && world.isOurs(of)
}

/** `name`: lower case, one that the zone answers for. `type`: as asked, `ANY` included. */
export function lookup(name: string, type: string, world: World, random: () => number = Math.random): Found {
  const answers: NamedRecord[] = []
  let at = name
  for (let step = 0; step < LONGEST_CHAIN; step++) {
    const sets = setsOf(at, world)
    const owner = at === name ? undefined : at
    if (!sets) return answers.length ? { code: 'NXDOMAIN', answers, additionals: [] } : NO_SUCH_NAME
    const own = type === 'ANY' ? [...sets.values()].flat() : type === 'SOA' && at === world.zone.domain ? [world.zone.soa] : sets.get(type as RecordType) ?? []
    if (own.length) {
      answers.push(...shuffled(own, random).map((record) => ({ name: owner, record })))
      return { code: 'NOERROR', answers, additionals: additionalsOf(own, world) }
    }
    const alias = sets.get('CNAME')?.[0]
    if (!alias?.target) return answers.length ? { code: 'NOERROR', answers, additionals: [] } : NO_DATA
    answers.push({ name: owner, record: alias })
    if (!isBelow(alias.target, world.zone.domain)) return { code: 'NOERROR', answers, additionals: [], alias: alias.target }
    at = alias.target
  }
  return { code: 'NOERROR', answers, additionals: [] }
}

/** The addresses of what SRV and NS records name. */
function additionalsOf(records: readonly ZoneRecord[], world: World): NamedRecord[] {
  const targets = new Set(records.filter((r) => r.type === 'SRV' || r.type === 'NS').map((r) => r.target ?? ''))
  return [...targets].flatMap((name) => {
    const sets = world.zone.lookup(name)
    return [...(sets?.get('A') ?? []), ...(sets?.get('AAAA') ?? [])].map((record) => ({ name, record }))
  })
}
