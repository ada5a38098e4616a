/** Requests of the audit log as the page keeps them, and where their objects are shown. Pure. */
import type { AuditEntry } from '../../../shared/audit.ts'
import { addressIn, catalog, customPath, nameOf } from '../../kinds/catalog.ts'
import type { Served } from '../../kinds/discovery.ts'
import type { Level } from '../../theme/theme.ts'

export const MOST_ENTRIES = 5000

/** Newest first, each once, and never more than the bound: the oldest go. `live`: what has been added while it was looked at. */
export class AuditBuffer {
  /** Replaced, never changed in place. */
  entries: readonly AuditEntry[] = []
  readonly live = new Set<string>()
  readonly #known = new Set<string>()
  readonly #most: number

  constructor(most: number = MOST_ENTRIES) {
    this.#most = most
  }

  add(batch: readonly AuditEntry[], live = false): void {
    const fresh = batch.filter((e) => !this.#known.has(e.id))
    if (fresh.length === 0) return
    for (const { id } of fresh) {
      this.#known.add(id)
      if (live) this.live.add(id)
    }
    const all = [...fresh, ...this.entries].sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0))
    for (const gone of all.splice(this.#most)) {
      this.#known.delete(gone.id)
      this.live.delete(gone.id)
    }
    this.entries = all
  }
  get full(): boolean {
    return this.entries.length >= this.#most
  }
}

/** Refused is a warning: somebody else's fault; failed is ours. */
export const levelOfCode = (code: number): Level => (code < 400 ? 'ok' : code < 500 ? 'warning' : 'failed')

/** The page of the request's object; undefined where it names none, or none shows it. */
export function objectAddress(e: AuditEntry, served: Served | undefined): string | undefined {
  if (!e.resource || !e.name) return undefined
  const entry = catalog.find((c) => nameOf(c.type) === nameOf(e))
  if (entry) return addressIn(entry.path, entry.type.namespaced ? e : { name: e.name })
  const custom = served?.custom.find((t) => nameOf(t) === nameOf(e))
  return custom && addressIn(customPath(custom), custom.namespaced ? e : { name: e.name })
}
