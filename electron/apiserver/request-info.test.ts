import { expect, it } from 'vitest'
import { requestInfo } from './request-info.ts'

it.each([['watch=true', 'watch'], ['watch=1', 'watch'], ['watch=', 'watch'], ['watch=yes', 'watch'], ['watch=false', 'list'], ['watch=0', 'list'], ['watch=False', 'list'], ['watch=FALSE', 'list'], ['', 'list']])('?%s asks for a %s', (query, verb) => {
  const signal = new AbortController().signal
  expect(requestInfo({ method: 'GET', path: '/api/v1/pods', query: new URLSearchParams(query), headers: {}, signal, user: { name: 'ann', groups: [] } }).verb).toBe(verb)
})
