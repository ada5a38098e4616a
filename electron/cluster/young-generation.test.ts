import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

const file = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href)
/** A process of its own, in which much survives for a while, turn after turn, then nothing happens for as long as its clock is turned on, and then it works again: MiB of its young generation each time. */
const sizes = (limited: boolean): number[] => JSON.parse(execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', `
  import { getHeapSpaceStatistics } from 'node:v8'
  const { limitYoungGeneration } = await import(${file('./young-generation.ts')})
  let due = []
  let now = 0
  if (${String(limited)}) limitYoungGeneration({ now: () => now, after: (ms, callback) => { due.push(callback); return { cancel() {} } } })
  const kept = []
  const work = async () => {
    for (let turn = 0; turn < 60; turn++) {
      for (let i = 0; i < 20_000; i++) kept.push({ turn, i, text: String(i) })
      if (kept.length > 400_000) kept.splice(0, 200_000)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const size = () => getHeapSpaceStatistics().find((s) => s.space_name === 'new_space').space_size / 2 ** 20
  const found = []
  await work()
  found.push(size())
  // V8 has clocks of its own: it is asked until it finds the process quiet.
  for (const end = Date.now() + 60_000; due.length > 0 && size() > 8 && Date.now() < end;) {
    now += 60_000
    for (const callback of due.splice(0)) callback()
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  found.push(size())
  await work()
  found.push(size())
  console.log(JSON.stringify(found))
`], { encoding: 'utf8' })) as number[]

it('the young generation stops growing once it is large enough, is given back when it is quiet, and grows again', { timeout: 120_000 }, () => {
  const [busy = 0, quiet = 0] = sizes(false)
  expect([busy >= 64, quiet >= 64]).toEqual([true, true])
  const [most = 0, least = 0, again = 0] = sizes(true)
  expect(most).toBeGreaterThanOrEqual(16)
  expect(most).toBeLessThanOrEqual(64)
  expect(least).toBeLessThanOrEqual(8)
  expect(again).toBeGreaterThanOrEqual(16)
})
