/** What is known of bodies before a verb asks for them: read elsewhere, by their bytes, which nobody changes. */

export interface Decoded {
  object: unknown
  /** What is to be said of keys that appear twice, of which the last one counts: `duplicate field "spec.a"`, of YAML `line 7: key "a" already set in map`. */
  duplicates: string[]
}

/** A fault is the YAML reader's sentence. */
export type Ahead = { readonly decoded: Decoded } | { readonly fault: string }

export const readAhead = new WeakMap<Uint8Array, Ahead>()
