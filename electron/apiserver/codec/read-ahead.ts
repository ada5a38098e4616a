/** What is known of bodies before a verb asks for them: read elsewhere, by their bytes, which nobody changes. */

export interface Decoded {
  object: unknown
  /** Paths of keys that appear twice; the last one counts. */
  duplicates: string[]
}

/** A fault is the YAML reader's sentence. */
export type Ahead = { readonly decoded: Decoded } | { readonly fault: string }

export const readAhead = new WeakMap<Uint8Array, Ahead>()
