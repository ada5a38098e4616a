/** Before each unit test file: what a test waits for has as long to come as on a slow machine that has much else to do. */
import { vi } from 'vitest'

/** As `expect.poll` has by vitest.config.ts, in ms. */
const PATIENCE_MS = 60_000
const marked = Symbol.for('patient')

// Vitest has no setting for this one; the files of a worker share it.
if (!(marked in vi.waitFor)) {
  const { waitFor } = vi
  vi.waitFor = Object.assign(((check, options) => waitFor(check, typeof options === 'number' ? options : { timeout: PATIENCE_MS, interval: 10, ...options })) satisfies typeof waitFor, { [marked]: true })
}
