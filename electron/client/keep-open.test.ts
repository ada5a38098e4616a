import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { keepOpen } from './keep-open.ts'

function world() {
  const clock = new FakeClock()
  const seen: string[] = []
  let allowed = false
  const door = keepOpen<string>({
    clock, random: () => 0,
    open: async () => { seen.push('try'); if (!allowed) throw new Error('not there'); return 'door' },
    close: async (opened) => { seen.push(`close ${opened}`) },
    onOpen: () => seen.push('open'),
    onFailure: (_error, wait) => seen.push(`wait ${wait}`),
  })
  return { clock, seen, door, allow: () => { allowed = true } }
}

describe('keepOpen', () => {
  test('tries again with back-off until it opens', async () => {
    const { clock, seen, door, allow } = world()
    await door.start()
    await clock.advance(500)
    allow()
    await clock.advance(1000)
    expect(seen).toEqual(['try', 'wait 500', 'try', 'wait 1000', 'try', 'open'])
    expect([door.opened, door.failure, clock.waiting]).toEqual(['door', undefined, 0])
    await door.stop()
    expect(seen.at(-1)).toBe('close door')
  })
  test('a hint is a try at once; one that is open needs none', async () => {
    const { clock, seen, door, allow } = world()
    await door.start()
    allow()
    door.hint()
    await clock.advance(0)
    door.hint()
    expect(seen).toEqual(['try', 'wait 500', 'try', 'open'])
    await door.stop()
  })
  test('a hint in the middle of a try is not lost', async () => {
    const { clock, seen, door, allow } = world()
    const starting = door.start()
    door.hint()
    await starting
    allow()
    await clock.advance(0)
    expect(seen).toEqual(['try', 'wait 0', 'try', 'open'])
    await door.stop()
  })
  test('stopped: no more tries', async () => {
    const { clock, seen, door } = world()
    await door.start()
    await door.stop()
    await clock.advance(60_000)
    door.hint()
    expect(seen).toEqual(['try', 'wait 500'])
  })
})
