/** A merge patch for a map of strings: only what changed, so that what others change meanwhile stays. */
export interface Pair {
  id: number
  key: string
  value: string
}

/** Pairs without a key are not there yet. */
export function pairPatch(before: Readonly<Record<string, string>> | undefined, pairs: readonly Pair[]): Record<string, string | null> {
  const wanted = new Map(pairs.filter((p) => p.key !== '').map((p) => [p.key, p.value]))
  const patch: Record<string, string | null> = {}
  for (const key of Object.keys(before ?? {})) if (!wanted.has(key)) patch[key] = null
  for (const [key, value] of wanted) if (before?.[key] !== value) patch[key] = value
  return patch
}
