/**
 * Joining a network and leaving it, one container at a time. Engines before 28.1 lose count of a network's endpoints when
 * two of these overlap: the network then "has active endpoints", none is listed, and nobody can remove it until the engine
 * restarts (moby#42119, mended by moby#49736).
 *
 * Only a part of a start or a stop is that: the engine tells when it is over by a network event (`connect`, `disconnect`),
 * and the next one's turn begins then, while this one's process is still being started.
 */

/** After a stop has been answered, the engine may still be taking the container off its network. */
const LINGER_MS = 500

export class NetworkTurns {
  #line: Promise<unknown> = Promise.resolve()
  readonly #seen = new Map<string, () => void>()

  /** The engine says that a container, by id, has joined or left a network. */
  tell(containerId: string): void {
    this.#seen.get(containerId)?.()
  }

  /** Runs when all who came before have joined or left. Bounded by the time limits of the calls that `run` makes. */
  async join<T>(containerId: string, run: () => Promise<T>): Promise<T> {
    return this.#take(containerId, run, () => 0)
  }

  /** As join. `run` answers whether there was something to leave: then the engine's word is waited for a little. */
  async leave(containerId: string, run: () => Promise<boolean>): Promise<void> {
    await this.#take(containerId, run, (left) => (left ? LINGER_MS : 0))
  }

  async #take<T>(containerId: string, run: () => Promise<T>, linger: (answer: T) => number): Promise<T> {
    const before = this.#line
    let pass: () => void = () => undefined
    this.#line = new Promise<void>((resolve) => { pass = resolve })
    await before
    let timer: NodeJS.Timeout | undefined
    let over = false
    const end = (): void => {
      if (over) return
      over = true
      clearTimeout(timer)
      this.#seen.delete(containerId)
      pass()
    }
    this.#seen.set(containerId, end)
    try {
      const answer = await run()
      if (!over) timer = setTimeout(end, linger(answer))
      return answer
    } catch (e) {
      end()
      throw e
    }
  }
}
