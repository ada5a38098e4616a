// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { Keyboard, goKeys, inTyping, keyOf } from './keys.ts'
import type { Command } from './keys.ts'

const press = (key: string, timeStamp = 0, more: { metaKey?: boolean; ctrlKey?: boolean; code?: string; shiftKey?: boolean } = {}) => ({ key, code: '', shiftKey: false, timeStamp, metaKey: false, ctrlKey: false, altKey: false, ...more })
describe('Keyboard', () => {
  it.each<[string, ReturnType<typeof press>[], boolean, Command | undefined]>([
    ['ctrl k', [press('k', 0, { ctrlKey: true })], false, 'palette'],
    ['cmd k while typing', [press('k', 0, { metaKey: true })], true, 'palette'],
    ['?', [press('?')], false, 'help'],
    ['? while typing', [press('?')], true, undefined],
    ['g p', [press('g', 0), press('p', 500)], false, { go: '/pods' }],
    ['g and p much later', [press('g', 0), press('p', 5000)], false, undefined],
    ['g x p', [press('g', 0), press('x', 1), press('p', 2)], false, undefined],
    ['escape while typing', [press('Escape')], true, 'escape'],
    ['/', [press('/')], false, 'filter'],
    ['g p where Korean is written', [press('ㅎ', 0, { code: 'KeyG' }), press('Process', 500, { code: 'KeyP' })], false, { go: '/pods' }],
  ])('%s', (_, presses, typing, expected) => {
    const keyboard = new Keyboard()
    expect(presses.map((p) => keyboard.read(p, typing)).at(-1)).toEqual(expected)
  })
})

it.each([['ㅔ', 'KeyP', false, 'p'], ['ㅖ', 'KeyP', true, 'P'], ['п', 'KeyG', false, 'g'], ['Process', 'KeyJ', false, 'j'], ['q', 'KeyA', false, 'q'], ['é', 'KeyE', false, 'é'], ['Enter', 'Enter', false, 'Enter'], ['Dead', 'KeyN', false, 'Dead']])('the key %s at %s is %j %s', (key, code, shiftKey, expected) => expect(keyOf({ key, code, shiftKey })).toBe(expected))

it('no two pages have the same letter', () => {
  expect(new Set(goKeys.map((g) => g.key)).size).toBe(goKeys.length)
})
it('an editor in a shadow root is a field, too', () => {
  const host = document.body.appendChild(document.createElement('div'))
  const field = host.attachShadow({ mode: 'open' }).appendChild(document.createElement('textarea'))
  expect(inTyping(host)).toBe(false)
  field.focus()
  expect(inTyping(host)).toBe(true)
})
