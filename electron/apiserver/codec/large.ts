/** Bodies that are long work to read are read before a verb asks for them: what came of it waits for the decoder beside their bytes. */
import { inStretches, type Steps, type Stretch } from '../stretch.ts'
import type { ApiRequest } from '../types.ts'
import { jsonSteps } from './decode.ts'
import { readAhead } from './read-ahead.ts'
import { isLargeYaml, type YamlThread } from './yaml-thread.ts'

/** In bytes; below this JSON is read in a few milliseconds, and what it says is soon worked through. */
const LARGE = 64 * 1024

export const isLargeBody = (body: unknown): body is Uint8Array => body instanceof Uint8Array && body.byteLength > LARGE

/** What JSON.parse hides of a large text is looked for in turns of their own. A fault is said where the body is asked for. */
function* readJson(bytes: Uint8Array): Steps<void> {
  const decoded = yield* jsonSteps(bytes)
  if (decoded) readAhead.set(bytes, { decoded })
}

/** undefined: there is nothing to wait for. Rejects with a StatusError where the thread that reads YAML cannot take it. */
export function readLarge({ body, headers }: Pick<ApiRequest, 'body' | 'headers'>, yaml: YamlThread, stretch: Stretch): void | Promise<void> {
  if (!(body instanceof Uint8Array)) return undefined
  const type = headers['content-type']
  if (isLargeYaml(body, type)) return yaml.read(body, stretch)
  const bytes: Uint8Array = body
  if (isLargeBody(bytes) && (!type || type.includes('json'))) return inStretches(readJson(bytes), stretch)
  return undefined
}
