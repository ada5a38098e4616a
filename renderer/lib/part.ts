/**
 * Parts of the page that come in a chunk of their own. Not React's lazy: what is there already is shown at once, and what is not as soon as
 * it comes, where React would leave a fallback on view for 300 ms, however quickly it came.
 */
import { createContext, createElement, use, useEffect, useState, type ComponentType, type ReactNode } from 'react'
import { load } from './load.ts'

/** Something that is loaded once, when it is first asked for; after a failure, when it is next asked for. */
export class Later<T extends object> {
  #value: T | undefined
  #pending: Promise<T> | undefined
  readonly #from: () => Promise<T>

  constructor(from: () => Promise<T>) {
    this.#from = from
  }

  /** What has been loaded. */
  get = (): T | undefined => this.#value

  load = (): Promise<T> => (this.#pending ??= this.#from().then((value) => (this.#value = value), (reason: unknown) => {
    this.#pending = undefined
    throw reason
  }))
}

/** What has been loaded, or undefined until it is. For one that does not come the page is loaded again; when that does not help it throws, for the next boundary to say. */
export function useLater<T extends object>(later: Later<T>): T | undefined {
  const [got, set] = useState<{ of: Later<T>; value?: T; error?: unknown }>()
  const known = later.get() ?? (got?.of === later ? got.value : undefined)
  useEffect(() => {
    if (known) return
    let wanted = true
    load(later.load).then((value) => wanted && set({ of: later, value }), (error: unknown) => wanted && set({ of: later, error }))
    return () => { wanted = false }
  }, [later, known])
  if (got?.of === later && got.error !== undefined) throw got.error
  return known
}

/** What stands in the place of a part until it comes: `<Wait value={<Rows />}>`. */
export const Wait = createContext<ReactNode>(null)

// oxlint-disable-next-line typescript/no-explicit-any -- as in the signature of React's lazy: any props
export type Part<T extends ComponentType<any>> = T & { ahead(): void }

/** A component in a chunk of its own; `ahead` fetches it before it is wanted. */
// oxlint-disable-next-line typescript/no-explicit-any -- as in the signature of React's lazy: any props
export function part<T extends ComponentType<any>>(from: () => Promise<{ default: T }>): Part<T> {
  const chunk = new Later(from)
  const Chunk = (props: object): ReactNode => {
    const waiting = use(Wait)
    const loaded = useLater(chunk)
    return loaded ? createElement(loaded.default, props) : waiting
  }
  // Who asks ahead is not told of a failure: it comes again, and is said, when the part is shown.
  return Object.assign(Chunk, { ahead: () => void chunk.load().catch(() => undefined) }) as unknown as Part<T>
}
