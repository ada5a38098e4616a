import { expect, it } from 'vitest'
import { healthText, healthTexts, readHealthText, type HealthText } from '../../shared/component-health.ts'
import { GAP } from '../../shared/gaps.ts'
import { i18n } from '../i18n/i18n.ts'
import { ko } from '../i18n/ko.ts'
import { saidKorean } from '../../shared/said.ts'
import { componentsIn, healthIn, saidIn, shipFaultIn, speakKorean } from './spoken.ts'

i18n.addResourceBundle('ko', 'translation', ko)

const names = Object.keys(healthTexts).map((key) => key.slice('health.'.length) as HealthText)

it.each(names)('%s is read back as it was said', (name) => {
  const words = Object.fromEntries([...healthTexts[`health.${name}`].matchAll(GAP)].map(([, gap], i) => [gap, gap === 'why' ? 'odd: (it)\nbroke' : `${gap}-${i}`]))
  expect(readHealthText(healthText(name, words))).toEqual({ name, words })
})
it('says it in English as it came, and in Korean with what another part said within', () => {
  const text = healthText('proxy.unreachable', { why: healthText('proxy.hidden', { why: healthText('proxy.unfiltered') }) })
  expect(healthIn(text, i18n.t)).toBe(text)
  const t = i18n.getFixedT('ko')
  expect(healthIn(text, t)).not.toMatch(/Services are|packets|hide/)
  expect(healthIn(healthText('proxy', { how: healthText('how.root') }), t)).not.toMatch(/[a-z]{5}/)
  expect(healthIn('iptables: Resource problem', t)).toBe('iptables: Resource problem')
  expect(componentsIn([{ name: 'etcd', healthy: true, message: healthText('etcd', { keys: 61, segments: 2, revision: 97 }) }], t)).toEqual([{ name: 'etcd', healthy: true, message: ko['health.etcd'].replace('{{segments}}', '2').replace('{{keys}}', '61').replace('{{revision}}', '97') }])
})
it('what went wrong with a destination, too, but for the receiver\'s own words', () => {
  const cases = { 'answered with status 503: closed for today': '상태 코드 503(으)로 응답했습니다: closed for today', '2 of 5 lines were refused: answered with status 400': '5줄 가운데 2줄이 거부되었습니다: 상태 코드 400(으)로 응답했습니다', 'parse_exception: no': 'parse_exception: no' }
  expect(Object.keys(cases).map((text) => shipFaultIn(text, i18n.getFixedT('ko')))).toEqual(Object.values(cases))
})
it('the cluster\'s own sentences, once Korean has arrived, and only in Korean', () => {
  const text = 'Created pod: web-1'
  expect(saidIn(text, 'ko')).toBe(text)
  speakKorean(saidKorean)
  expect([saidIn(text, 'ko'), saidIn(text, 'en')]).toEqual(['파드를 만들었습니다: web-1', text])
})
