/** What the engine answers when it cannot, as RuntimeErrors with sentences for people. */
import { RuntimeError, type RuntimeErrorReason } from '../types.ts'

interface EngineError extends Error {
  statusCode?: number
  code?: string
  json?: { message?: string }
}

const ABSENT = new Set(['ECONNREFUSED', 'ENOENT', 'EACCES', 'EPERM', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN'])

/** What to do where no engine answers. */
export function engineAdvice(code: string | undefined, platform: NodeJS.Platform = process.platform): string {
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not use it: add the user to the group "docker" (sudo usermod -aG docker $USER) and log in again'
  if (platform === 'darwin' || platform === 'win32') return 'start Docker Desktop, or install it from https://docs.docker.com/get-docker'
  return 'start it (sudo systemctl start docker), or install it (npm start -- --install-engine)'
}

/** The engine's own sentence; of an answer to a stream it is in the client's, behind a code that says nothing to people. */
export const engineMessage = (e: unknown): string => (e as EngineError).json?.message ?? (e instanceof Error ? e.message : String(e)).replace(/^\(HTTP code \d+\) .*? - /, '').trimEnd()

/** Any failure of a call, as a RuntimeError; `fallback` names what was tried. */
export function toRuntimeError(e: unknown, fallback: RuntimeErrorReason): RuntimeError {
  if (e instanceof RuntimeError) return e
  const error = e as EngineError
  const message = engineMessage(e)
  if (error.statusCode === undefined) {
    if (error.code && ABSENT.has(error.code)) return new RuntimeError('EngineUnavailable', `the Docker engine does not answer (${error.message}): ${engineAdvice(error.code)}`, { cause: e })
    if (error.name === 'AbortError' || error.name === 'TimeoutError') return new RuntimeError('Timeout', message, { cause: e })
    return new RuntimeError(fallback, message, { cause: e })
  }
  if (error.statusCode === 404 && /no such image/i.test(message)) return new RuntimeError('ImageNotFound', message, { cause: e })
  if (error.statusCode === 404 && fallback !== 'StartFailed') return new RuntimeError('NotFound', message, { cause: e })
  if (error.statusCode === 409) return new RuntimeError('Conflict', message, { cause: e })
  return new RuntimeError(fallback, message, { cause: e })
}

/** A pull's failure: a 500 says why only in its text. */
export function toPullError(reference: string, e: unknown): RuntimeError {
  const base = toRuntimeError(e, 'PullFailed')
  if (base.reason === 'EngineUnavailable' || base.reason === 'Timeout') return base
  const message = engineMessage(e)
  const absent = (e as EngineError).statusCode === 404 || /manifest unknown|not found|does not exist/i.test(message)
  return new RuntimeError(absent ? 'ImageNotFound' : 'PullFailed', `failed to pull image ${JSON.stringify(reference)}: ${message}`, { cause: e })
}

/** True for "there is no such thing (any more)" and "it is so already". */
export const isStatus = (e: unknown, ...codes: readonly number[]): boolean => codes.includes((e as EngineError).statusCode ?? 0)
