/** JSON Patch, RFC 6902. */
import fastJsonPatch from 'fast-json-patch'
import type { Operation } from 'fast-json-patch'
import { failure } from '../../../shared/errors.ts'
import { logger } from '../../../shared/log.ts'
import { cloneJson } from '../json.ts'

const log = logger('kube-apiserver')
const MAX_OPERATIONS = 10_000
/** Bytes of JSON that all `copy` of a patch may add. */
const MAX_COPIED = 3 * 1024 * 1024

const badRequest = (message: string) => failure(400, 'BadRequest', message)
/** Upstream says no more of it than this. */
const unprocessable = () => failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {})

/**
 * Applies `ops` to a copy of `doc`.
 * @throws StatusError 400 when `ops` is no list of operations, 422 when an operation cannot be applied or a `test` fails
 */
export function jsonPatch(doc: unknown, ops: unknown): unknown {
  if (!Array.isArray(ops)) throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp')
  if (ops.length > MAX_OPERATIONS) {
    throw failure(413, 'RequestEntityTooLarge', `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${ops.length}`)
  }
  for (const op of ops as unknown[]) {
    if (typeof op !== 'object' || op === null || Array.isArray(op)) throw badRequest('error decoding patch: an operation must be an object')
  }
  try {
    // Values are copied: a patch may use one of its own values twice.
    return applied(cloneJson(doc), cloneJson(ops) as Operation[])
  } catch (error) {
    log.debug('a JSON patch could not be applied', { error: error as Error })
    throw Object.assign(unprocessable(), { cause: error })
  }
}

/** Why a patch could not be applied, for who may be told more: in the words of upstream's library. */
export function patchFault(error: unknown): string {
  const { cause, message } = error as Error
  if (!(cause instanceof fastJsonPatch.JsonPatchError)) return cause instanceof Error ? cause.message : message
  const { op = '', path = '' } = (cause.operation ?? {}) as Partial<Operation>
  return cause.name === 'TEST_OPERATION_FAILED' ? `testing value ${path} failed: test failed` : `${op} operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`
}

/** Whether a pointer leads to something. */
function leads(doc: unknown, pointer: string): boolean {
  try {
    return fastJsonPatch.getValueByPointer(doc, pointer) !== undefined
  } catch {
    // On the way there is nothing to go into.
    return false
  }
}

/** The library's own check, but for what is moved and copied: there it would copy the whole document to look into it. */
function check(op: Operation, index: number, doc: unknown, existing?: string): void {
  if (op.op !== 'move' && op.op !== 'copy') return fastJsonPatch.validator(op, index, doc, existing)
  fastJsonPatch.validator(op, index)
  if (!leads(doc, op.from)) throw new fastJsonPatch.JsonPatchError('Cannot perform the operation from a path that does not exist', 'OPERATION_FROM_UNRESOLVABLE', index, op, doc)
  // RFC 6902, 4.4: nothing moves into itself.
  if (op.op === 'move' && op.path.startsWith(`${op.from}/`)) throw new fastJsonPatch.JsonPatchError('Cannot perform the operation at a path that does not exist', 'OPERATION_PATH_UNRESOLVABLE', index, op, doc)
}

/** A copy can double what it copies, and the next one double that: what they add is counted before it is made. */
function applied(doc: unknown, ops: readonly Operation[]): unknown {
  let copied = 0
  let out = doc
  ops.forEach((op, i) => {
    if (op.op === 'copy' && typeof op.from === 'string' && leads(out, op.from)) {
      copied += JSON.stringify(fastJsonPatch.getValueByPointer(out, op.from))?.length ?? 0
      if (copied > MAX_COPIED) throw new Error(`Unable to complete the copy, the accumulated size increase of copy is ${copied}, exceeding the limit ${MAX_COPIED}`)
    }
    out = fastJsonPatch.applyOperation(out, op, check, true, true, i).newDocument
  })
  return out
}
