/** Helpers for the store's own tests: a folder that goes away, a codec, short ways to write. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Codec, Operation, Store, TransactionResult } from './types.ts'

export const json: Codec<unknown> = { encode: (value) => JSON.stringify(value), decode: (text) => JSON.parse(text) as unknown }

export async function temporaryFolder(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pilothouse-etcd-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

export const put = (key: string, value: unknown): Operation<unknown> => ({ type: 'put', key, value: () => value })
export const del = (key: string): Operation<unknown> => ({ type: 'delete', key })
export const write = (store: Store<unknown>, ...operations: Operation<unknown>[]): Promise<TransactionResult<unknown>> => store.txn({ compare: [], operations })
/** Everything a reader can see of the present, as plain data. */
export const contents = (store: Store<unknown>): unknown => store.range('').kvs.map((kv) => ({ ...kv }))
