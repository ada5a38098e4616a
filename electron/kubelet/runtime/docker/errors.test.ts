import { describe, expect, it } from 'vitest'
import { engineAdvice, toPullError, toRuntimeError } from './errors.ts'

const answer = (statusCode: number, message: string): Error => Object.assign(new Error(`(HTTP code ${statusCode}) ${message}`), { statusCode, json: { message } })
const refused = (code: string): Error => Object.assign(new Error(`connect ${code} /x.sock`), { code })

describe('engine errors', () => {
  it.each([
    [refused('ENOENT'), 'EngineUnavailable', /start it|install it|Docker Desktop/],
    [refused('EACCES'), 'EngineUnavailable', /group "docker"/],
    [answer(404, 'No such image: absent:1'), 'ImageNotFound', /absent:1/],
    [answer(404, 'No such container: x'), 'NotFound', /container/],
    [answer(409, 'name in use'), 'Conflict', /in use/],
    [answer(500, 'boom'), 'CreateFailed', /^boom$/],
  ])('%s is %s', (error, reason, message) => {
    const e = toRuntimeError(error, 'CreateFailed')
    expect(e.reason).toBe(reason)
    expect(e.message).toMatch(message)
  })
  it.each([
    [answer(404, 'manifest for a:b not found'), 'ImageNotFound'],
    [answer(500, 'manifest unknown: x'), 'ImageNotFound'],
    [answer(500, 'no basic auth credentials'), 'PullFailed'],
    [answer(500, 'dial tcp: connection refused'), 'PullFailed'],
    [refused('ECONNREFUSED'), 'EngineUnavailable'],
  ])('a pull: %s is %s', (error, reason) => expect(toPullError('a:b', error).reason).toBe(reason))
  it('is told in the engine\'s own sentence, also where the client has put it behind a code', () => {
    const error = Object.assign(new Error('(HTTP code 500) server error - Get "http://a/v2/": dial - refused '), { statusCode: 500, json: null })
    expect(toPullError('a:b', error).message).toBe('failed to pull image "a:b": Get "http://a/v2/": dial - refused')
  })
  it('advises for each platform', () => {
    expect(engineAdvice(undefined, 'darwin')).toContain('Docker Desktop')
    expect(engineAdvice(undefined, 'linux')).toContain('systemctl')
  })
})
