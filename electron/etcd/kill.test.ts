/** A process that writes is killed without warning: what it was told is on disk is there. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openStore } from './store.ts'
import { json, temporaryFolder } from './testing.ts'

const WRITER = `
import { openStore } from ${JSON.stringify(new URL('store.ts', import.meta.url).href)}
const store = await openStore({ directory: process.argv[1], codec: { encode: JSON.stringify, decode: (t) => JSON.parse(t) }, segmentBytes: 40000 })
let n = store.revision * 1000
await Promise.all(Array.from({ length: 16 }, async () => {
  for (;;) {
    const key = 'key' + (n++ % 200)
    const r = await store.txn({ compare: [], operations: [{ type: 'put', key, value: (revision) => ({ revision, pad: 'x'.repeat(500) }) }, { type: 'put', key: 'twin/' + key, value: (revision) => revision }] })
    process.stdout.write(key + ' ' + r.revision + '\\n')
  }
}))`

/** Runs the writer until it has told of `lines` writes, kills it, and resolves with everything it told. */
async function writeAndKill(directory: string, lines: number): Promise<Map<string, number>> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, directory], { cwd: fileURLToPath(new URL('.', import.meta.url)), stdio: ['ignore', 'pipe', 'inherit'] })
  const told = new Map<string, number>()
  let count = 0
  for await (const line of createInterface({ input: child.stdout })) {
    const [key, revision] = line.split(' ') as [string, string]
    if (revision) told.set(key, Math.max(Number(revision), told.get(key) ?? 0))
    if (++count === lines) child.kill('SIGKILL')
  }
  expect(count).toBeGreaterThanOrEqual(lines)
  return told
}

describe('kill -9', () => {
  it('loses no acknowledged write, and tears no transaction', async () => {
    const directory = await temporaryFolder()
    let revision = 1
    for (const lines of [1, 37, 400, 1000, 3]) {
      const told = await writeAndKill(directory, lines)
      const store = await openStore({ directory, codec: json })
      expect(store.loadReport.setAside).toEqual([])
      const lost = [...told].filter(([key, at]) => (store.get(key)?.modRevision ?? 0) < at)
      expect(lost).toEqual([])
      for (const kv of store.range('key').kvs) expect(store.get(`twin/${kv.key}`)?.modRevision).toBe(kv.modRevision)
      expect(store.revision).toBeGreaterThanOrEqual(Math.max(revision, ...told.values()))
      ;({ revision } = store)
      await store.close()
    }
  })
})
