/** The thread that reads large YAML: a text in, JSON and the duplicate keys out, or the parser's sentence. It has no state. */
import { parentPort } from 'node:worker_threads'
import { decodeYaml } from './yaml.ts'

/** What a text is longer than as JSON only if its aliases multiply it. */
const GROWTH = 4
/** So small that it does not matter. */
const LEAST = 64 * 1024

/** `id` tells answers apart; bytes are the caller's own and are only read. */
export interface YamlJob {
  readonly id: number
  readonly bytes: Uint8Array
}
/** JSON text, which is several times faster to take over than the object would be. */
export type YamlAnswer = { readonly id: number } & ({ readonly json: string; readonly duplicates: string[] } | { readonly fault: string })

const port = parentPort
if (!port) throw new Error('this is the thread that reads YAML')
const utf8 = new TextDecoder('utf-8')

function read(bytes: Uint8Array): { json: string; duplicates: string[] } | { fault: string } {
  try {
    const { object, duplicates } = decodeYaml(utf8.decode(bytes))
    const json = JSON.stringify(object) ?? 'null'
    return json.length > Math.max(bytes.length * GROWTH, LEAST) ? { fault: 'document contains excessive aliasing' } : { json, duplicates }
  } catch (error) {
    return { fault: error instanceof RangeError ? 'exceeded max depth' : error instanceof Error ? error.message : String(error) }
  }
}

port.on('message', ({ id, bytes }: YamlJob) => port.postMessage({ id, ...read(bytes) } satisfies YamlAnswer))
