import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { numbersOf } from './numbers.ts'

it('containers by their state, and of claims how full their file system is; one whose folder has gone is not told', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'claim-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const numbers = await numbersOf({ counts: undefined, containers: [{ state: 'running' }, { state: 'exited' }, { state: 'running' }], claims: [{ namespace: 'd', name: 'c', path: folder }, { namespace: 'd', name: 'gone', path: join(folder, 'none') }] })
  expect([...numbers.containers]).toEqual([['running', 2], ['exited', 1]])
  const { blocks, bsize, files } = await statfs(folder)
  expect(numbers.claims).toMatchObject([{ namespace: 'd', name: 'c', bytes: { capacity: blocks * bsize }, inodes: { capacity: files } }])
  const [{ bytes, inodes } = expect.fail()] = numbers.claims
  for (const of of [bytes, inodes]) expect(of.used + of.available).toBeLessThanOrEqual(of.capacity)
  expect(bytes.used).toBeGreaterThan(0)
})
