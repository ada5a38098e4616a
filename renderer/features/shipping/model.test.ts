import { expect, test } from 'vitest'
import { DESTINATION_TYPES, type Destination } from '../../../shared/shipping.ts'
import { draftOf, FORMS, newDraft, TYPE_NAMES, withType } from './model.ts'

test('what is edited is what can be chosen, and no state', () => {
  const destination: Destination = { ...newDraft('loki'), id: 'x', name: 'n', hasSecret: true, state: 'idle', behind: 1, sent: 2, lost: 3, rejected: 4, error: '', lastSent: 5 }
  expect(Object.keys(draftOf(destination)).sort()).toEqual(['address', 'enabled', 'id', 'insecure', 'name', 'query', 'target', 'transport', 'type', 'username'])
})
test('another type takes over the name and the query, and neither address nor secret', () => {
  expect(withType({ ...newDraft(), name: 'n', query: 'q', address: 'a', target: 't', username: 'u', secret: 's' }, 'syslog')).toEqual({ ...newDraft('syslog'), name: 'n', query: 'q' })
})
test('every type has a form and a name', () => expect(DESTINATION_TYPES.map((t) => [typeof FORMS[t].address, typeof TYPE_NAMES[t]]).flat()).toEqual(DESTINATION_TYPES.flatMap(() => ['string', 'string'])))
