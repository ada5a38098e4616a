import { expect, it } from 'vitest'
import { isLongRunning, requestInfo } from './request-info.ts'

it.each([['watch=true', 'watch'], ['watch=1', 'watch'], ['watch=', 'watch'], ['watch=yes', 'watch'], ['watch=false', 'list'], ['watch=0', 'list'], ['watch=False', 'list'], ['watch=FALSE', 'list'], ['', 'list']])('?%s asks for a %s', (query, verb) => {
  const signal = new AbortController().signal
  expect(requestInfo({ method: 'GET', path: '/api/v1/pods', query: new URLSearchParams(query), headers: {}, signal, user: { name: 'ann', groups: [] } }).verb).toBe(verb)
})

it.each([
  ['/api/v1/pods?watch=true', true], ['/api/v1/watch/pods', true], ['/api/v1/pods?watch=False', false], ['/api/v1/namespaces/a/pods/p/log', true], ['/api/v1/namespaces/a/pods/p/exec', true],
  ['/api/v1/namespaces/a/services/s:80/proxy/x/log', true], ['/api/v1/namespaces/a/configmaps/log', false], ['/api/v1/namespaces/a/configmaps/proxy', false], ['/livez/log', false],
])('%s goes on for long: %s', (address, long) => {
  const { pathname, searchParams } = new URL(address, 'https://here')
  expect(isLongRunning(requestInfo({ method: 'GET', path: pathname, query: searchParams, headers: {}, signal: new AbortController().signal, user: { name: 'ann', groups: [] } }))).toBe(long)
})
