import { describe, expect, it } from 'vitest'
import { Teardown } from './teardown.ts'

describe('teardown', () => {
  it('ends in the opposite order, once, and goes on after a failure', async () => {
    const ended: string[] = []
    const teardown = new Teardown()
    teardown.add('a', () => ended.push('a'))
    teardown.add('b', () => { throw new Error('b is stuck') })
    teardown.add('c', async () => { ended.push('c') })
    await teardown.run()
    await teardown.run()
    expect(ended).toEqual(['c', 'a'])
  })
})
