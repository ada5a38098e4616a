import { describe, expect, it } from 'vitest'
import { deal, entropyBits, MAX_HASH_BITS } from './dealer.ts'

describe('dealing', () => {
  it.each([[64, 8, 48], [128, 6, 42], [16, 4, 16], [1, 1, 0], [1024, 6, 60], [1024, 8, 80]])('%i queues, %i in a hand: %i bits', (queues, hand, bits) => expect(entropyBits(queues, hand)).toBe(bits))
  it.each([[64, 8], [128, 6], [4, 4], [1, 1], [10_000_000, 2]])('a hand has different queues: %i, %i', (queues, size) => {
    expect(entropyBits(queues, size)).toBeLessThanOrEqual(MAX_HASH_BITS)
    for (let i = 0; i < 200; i++) {
      const hand = deal(`flow ${i}`, queues, size)
      expect(new Set(hand).size).toBe(size)
      expect(hand.every((card) => Number.isInteger(card) && card >= 0 && card < queues)).toBe(true)
    }
  })
  it('is the same for a flow each time, spreads flows evenly, and seldom deals two of them the same', () => {
    expect(deal('a', 64, 8)).toEqual(deal('a', 64, 8))
    const counts = Array.from({ length: 16 }, () => 0)
    for (let i = 0; i < 4000; i++) for (const card of deal(`f${i}`, 16, 4)) counts[card] = (counts[card] ?? 0) + 1
    // A thousand each, were it wholly even.
    expect(counts.every((n) => n > 850 && n < 1150)).toBe(true)
    const hands = Array.from({ length: 500 }, (_, i) => deal(`f${i}`, 64, 8).toSorted((a, b) => a - b).join())
    expect(new Set(hands).size).toBe(hands.length)
  })
})
