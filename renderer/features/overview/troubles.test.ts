import { expect, it } from 'vitest'
import { troublesOf } from './troubles.ts'

it('lists what failed before what is warned of, and leaves out what is well, on its way or going', () => {
  const of = (name: string, level: string, more: object = {}): never => ({ object: { kind: 'Pod', metadata: { name, ...more } }, state: { word: level, level } }) as never
  expect(troublesOf([of('d', 'warning'), of('c', 'failed'), of('b', 'working'), of('a', 'ok'), of('e', 'failed', { deletionTimestamp: 'x' }), of('0', 'failed')]).map((w) => w.object.metadata.name)).toEqual(['0', 'c', 'd'])
})
