/** Lines for elsewhere: to the clipboard, or as a file. */
import type { LogExportFormat } from '../../../shared/logs/types.ts'
import type { Transport } from '../../transport/transport.ts'

export const copyText = (text: string): Promise<void> => navigator.clipboard.writeText(text)

export interface Progress {
  readonly lines: number
  readonly bytes: number
}
/** All lines that a query finds, part by part. The parts are kept outside of the page's memory. Rejects with the server's reason, or when it is stopped. */
export async function collect(transport: Transport, query: string, format: LogExportFormat, told: (progress: Progress) => void, signal: AbortSignal): Promise<Blob> {
  const type = format === 'text' ? 'text/plain' : 'application/x-ndjson'
  let whole = new Blob([], { type })
  let lines = 0
  for (let after: Parameters<typeof transport.call<'logs.export'>>[1]['after'] | undefined; ;) {
    const part = await transport.call('logs.export', { query, format, order: 'oldest', ...(after ? { after } : {}) }, signal)
    whole = new Blob([whole, part.text], { type })
    lines += part.lines
    told({ lines, bytes: whole.size })
    if (!part.next) return whole
    after = part.next
  }
}
export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has taken it by then; until it is given back it would stay in memory.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
