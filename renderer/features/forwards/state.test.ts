import { expect, it } from 'vitest'
import { choicesOf, urlOf } from './state.ts'

it('offers TCP ports of pods and of services, with the scheme their name or number tells', () => {
  expect(choicesOf([{ containerPort: 8080 }, { port: 443 }, { port: 9, name: 'https' }, { port: 53, protocol: 'UDP' }])).toEqual([{ port: 8080, name: '', scheme: 'http' }, { port: 443, name: '', scheme: 'https' }, { port: 9, name: 'https', scheme: 'https' }])
})
it('opens at the address of this machine', () => {
  expect(urlOf({ scheme: 'http', localPort: 4000 })).toBe('http://127.0.0.1:4000')
})
