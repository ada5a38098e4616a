import { expect, test } from 'vitest'
import { DESTINATION_TYPES, type Destination } from '../../../shared/shipping.ts'
import { i18n } from '../../i18n/i18n.ts'
import { ko } from '../../i18n/ko.ts'
import { draftOf, faultOf, FORMS, newDraft, TYPE_NAMES, withType } from './model.ts'

test('what is edited is what can be chosen, and no state', () => {
  const destination: Destination = { ...newDraft('loki'), id: 'x', name: 'n', hasSecret: true, state: 'idle', behind: 1, sent: 2, lost: 3, rejected: 4, error: '', lastSent: 5 }
  expect(Object.keys(draftOf(destination)).sort()).toEqual(['address', 'enabled', 'id', 'insecure', 'name', 'query', 'target', 'transport', 'type', 'username'])
})
test('another type takes over the name and the query, and neither address nor secret', () => {
  expect(withType({ ...newDraft(), name: 'n', query: 'q', address: 'a', target: 't', username: 'u', secret: 's' }, 'syslog')).toEqual({ ...newDraft('syslog'), name: 'n', query: 'q' })
})
test('every type has a form and a name', () => expect(DESTINATION_TYPES.map((t) => [typeof FORMS[t].address, typeof TYPE_NAMES[t]]).flat()).toEqual(DESTINATION_TYPES.flatMap(() => ['string', 'string'])))
test('what went wrong is said in the page\'s language, but for the receiver\'s own words', () => {
  i18n.addResourceBundle('ko', 'translation', ko)
  const cases = { 'answered with status 503: closed for today': '상태 코드 503(으)로 응답했습니다: closed for today', '2 of 5 lines were refused: answered with status 400': '5줄 가운데 2줄이 거부되었습니다: 상태 코드 400(으)로 응답했습니다', 'parse_exception: no': 'parse_exception: no' }
  expect(Object.keys(cases).map((text) => faultOf(text, i18n.getFixedT('ko')))).toEqual(Object.values(cases))
})
