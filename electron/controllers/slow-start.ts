/** Batches that double while all succeed: a quota or a webhook that refuses is asked once, not five hundred times. */
export interface SlowStartResult {
  readonly succeeded: number
  /** Those that were not even tried. */
  readonly skipped: number
  readonly error: Error | undefined
}

export async function slowStart(count: number, run: () => Promise<void>): Promise<SlowStartResult> {
  let remaining = count
  let succeeded = 0
  for (let batch = Math.min(1, count); batch > 0; batch = Math.min(2 * batch, remaining)) {
    const results = await Promise.allSettled(Array.from({ length: batch }, run))
    const failed = results.find((r) => r.status === 'rejected')
    succeeded += results.filter((r) => r.status === 'fulfilled').length
    remaining -= batch
    if (failed) return { succeeded, skipped: remaining, error: failed.reason instanceof Error ? failed.reason : new Error(String(failed.reason)) }
  }
  return { succeeded, skipped: 0, error: undefined }
}
