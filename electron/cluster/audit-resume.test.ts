import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditFile } from './audit-log.ts'
import { missedAudit } from './audit-resume.ts'

let directory: string
beforeAll(async () => { directory = await mkdtemp(join(tmpdir(), 'audit-resume-')) })
afterAll(() => rm(directory, { recursive: true }))

/** Its number is also the tenth of the second at which it was answered. */
const event = (n: number): string => `{"kind":"Event","auditID":"id-${n}","stageTimestamp":"${new Date(1_767_225_600_000 + n * 100).toISOString().slice(0, -1)}000Z"}`
const position = (n: number): { id: string; at: string } => ({ id: `id-${n}`, at: `${new Date(1_767_225_600_000 + n * 100).toISOString().slice(0, -1)}000Z` })
const range = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => event(from + i))
let files = 0
async function fileOf(text: string): Promise<AuditFile> {
  const path = join(directory, `${files++}`)
  await writeFile(path, text)
  return { handle: await open(path), number: path, size: Buffer.byteLength(text) }
}
const fileWith = (from: number, to: number, more = ''): Promise<AuditFile> => fileOf(`${range(from, to).join('\n')}\n${more}`)

describe('what was missed', () => {
  it('is what stands behind the last event that is stored', async () => expect(await missedAudit([await fileWith(1, 100)], position(97))).toEqual(range(98, 100)))
  it('is nothing when that is the newest', async () => expect(await missedAudit([await fileWith(1, 100)], position(100))).toEqual([]))
  it('is nothing when the files are behind the store', async () => expect(await missedAudit([await fileWith(1, 100)], position(103))).toEqual([]))
  it('may stand in two files', async () => expect(await missedAudit([await fileWith(50, 60), await fileWith(1, 49)], position(47))).toEqual(range(48, 60)))
  it('is what was answered later when the event has gone', async () => expect(await missedAudit([await fileWith(50, 60)], position(30))).toEqual(range(50, 60)))
  it('is all when nothing is stored', async () => expect(await missedAudit([await fileWith(3, 9), await fileWith(1, 2)], undefined)).toEqual(range(1, 9)))
  it('is without what was cut off', async () => expect(await missedAudit([await fileWith(1, 9, '{"kind":"Event","audit')], position(8))).toEqual([event(9)]))
  it('is nothing where there are no files', async () => expect(await missedAudit([], position(1))).toEqual([]))
})
