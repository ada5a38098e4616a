/** Sources of lines by what they are, each once, with a number that holds for as long as the store is open. */
import type { LogSource } from '../../shared/logs/types.ts'

export const sourceKey = (s: LogSource): string => JSON.stringify([s.stream, s.namespace, s.pod, s.podUid, s.container, s.node, s.restart, s.workload, s.labels])

export class SourceTable {
  readonly all: LogSource[] = []
  readonly #ids = new Map<string, number>()
  readonly #known = new WeakMap<LogSource, number>()

  id(source: LogSource): number {
    let id = this.#known.get(source)
    if (id !== undefined) return id
    const key = sourceKey(source)
    id = this.#ids.get(key)
    if (id === undefined) {
      id = this.all.push(source) - 1
      this.#ids.set(key, id)
    }
    this.#known.set(source, id)
    return id
  }
}
