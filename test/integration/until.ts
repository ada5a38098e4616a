/** Waiting for a condition, with a limit. */

/** Waits until `probe` gives something. */
export async function until<T>(what: string, probe: () => Promise<T | undefined | false> | T | undefined | false, ms = 90_000): Promise<T> {
  const end = Date.now() + ms
  for (;;) {
    const value = await probe()
    if (value !== undefined && value !== false) return value
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain for: ${what}`)
    await new Promise((r) => setTimeout(r, 25))
  }
}
