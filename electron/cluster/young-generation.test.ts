import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

const MODULE = new URL('./young-generation.ts', import.meta.url).href
/** A process of its own, in which much survives for a while, turn after turn: MiB of its young generation in the end. */
const grown = (limited: boolean): number => Number(execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', `
  import { getHeapSpaceStatistics } from 'node:v8'
  ${limited ? `const { limitYoungGeneration } = await import(${JSON.stringify(MODULE)}); limitYoungGeneration()` : ''}
  const kept = []
  for (let turn = 0; turn < 60; turn++) {
    for (let i = 0; i < 20_000; i++) kept.push({ turn, i, text: String(i) })
    if (kept.length > 400_000) kept.splice(0, 200_000)
    await new Promise((resolve) => setImmediate(resolve))
  }
  console.log(getHeapSpaceStatistics().find((s) => s.space_name === 'new_space').space_size / 2 ** 20)
`], { encoding: 'utf8' }))

it('the young generation stops growing once it is large enough', () => {
  expect(grown(false)).toBeGreaterThanOrEqual(64)
  expect(grown(true)).toBeLessThanOrEqual(32)
})
