/** The lines that the log store is measured with: what forty pods of eight namespaces write at once, as web servers do. */

/** When the first one is written; fifty come each millisecond. Milliseconds. */
const START = 1_767_225_600_000
export const PODS = 40
/** It writes one line of ten thousand. */
export const QUIET = 'quiet-0'
const PATHS = ['/api/cart', '/api/products', '/healthz', '/api/orders', '/login']
/** So often stands the rare word: in fewer than a thousandth of the blocks, of 5,000 lines each. */
const RARE = 5_000_000

export const podOf = (i: number): number => (i % 10_000 === 77 ? PODS : Math.floor(((i * 2_654_435_761) % 2 ** 32) / 2 ** 32 * PODS))
/** The first line that is not before a time in milliseconds. */
export const indexAt = (time: number): number => Math.max(0, Math.ceil((time - START) * 50))
export const timeOf = (i: number): { time: number; nanos: number } => ({ time: START + Math.floor(i / 50), nanos: (i % 50) * 20_000 })

/** 100 bytes with its newline, nearly always; 30 of them are of no other line. */
export function textOf(i: number, all: number): string {
  const id = ((i * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')
  if (i % Math.min(RARE, all / 2) === 123_456) return `ERROR payment gateway answered zebrafish after ${i % 977} ms req=${id}`
  return `${i % 20 ? 'INFO ' : 'WARN '} GET ${PATHS[i % PATHS.length]}?page=${i % 37} ${i % 50 ? 200 : 503} ${i % 977}ms req=${id} user=${i % 5_000} agent="Mozilla/5.0 (X11; Linux)"`
}
