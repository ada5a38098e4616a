/** What has been started, to be ended in the opposite order: each within a time limit, and one that fails does not keep the others. */
import { logger } from '../../shared/log.ts'

const log = logger('cluster')
const LIMIT = 5000

export class Teardown {
  #parts: { name: string; end: () => unknown }[] = []
  add(name: string, end: () => unknown): void {
    this.#parts.push({ name, end })
  }
  /** Resolves with the names of those that did not end cleanly. */
  async run(): Promise<readonly string[]> {
    const failed: string[] = []
    for (let part = this.#parts.pop(); part; part = this.#parts.pop()) {
      let timer: NodeJS.Timeout | undefined
      const { name, end } = part
      const late = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error(`did not stop within ${LIMIT / 1000} s`)), LIMIT) })
      await Promise.race([Promise.resolve().then(end), late]).catch((e: unknown) => {
        log.warning('A part did not stop cleanly', { part: name, error: e })
        failed.push(name)
      })
      clearTimeout(timer)
    }
    return failed
  }
}
