/** Looks into the app's process through Node's inspector: the heap after a full collection, which says what is really held. */
import { readdirSync } from 'node:fs'
import { WebSocket } from 'ws'
import type { App } from '../integration/app.ts'

/** For App.start: any free port, and the address is printed. */
export const INSPECTED = { NODE_OPTIONS: '--inspect=127.0.0.1:0' }

export interface Held {
  /** Bytes after a full collection. */
  heap: number
  external: number
  /** Resident, which also counts what the allocator keeps for later. */
  resident: number
  descriptors: number
}

/** Collects twice (the first turn runs finalizers), then measures. Rejects after two minutes. */
export async function held(app: App): Promise<Held> {
  const address = app.output.map((line) => /Debugger listening on (ws:\S+)/.exec(line)?.[1]).find((a) => a !== undefined)
  if (!address) throw new Error('the app was not started with the inspector')
  const socket = new WebSocket(address)
  let id = 0
  const ask = (method: string, params: object = {}): Promise<{ result?: { value?: unknown } }> => new Promise((resolve, reject) => {
    const mine = ++id
    const timer = setTimeout(() => reject(new Error(`the inspector does not answer ${method}`)), 120_000)
    const onMessage = (data: Buffer): void => {
      const answer = JSON.parse(data.toString()) as { id?: number; error?: { message: string }; result: { result?: { value?: unknown } } }
      if (answer.id !== mine) return
      clearTimeout(timer)
      socket.off('message', onMessage)
      if (answer.error) reject(new Error(answer.error.message))
      else resolve(answer.result)
    }
    socket.on('message', onMessage)
    socket.send(JSON.stringify({ id: mine, method, params }))
  })
  try {
    await new Promise((resolve, reject) => { socket.once('open', resolve); socket.once('error', reject) })
    await ask('HeapProfiler.collectGarbage')
    await ask('HeapProfiler.collectGarbage')
    const { result } = await ask('Runtime.evaluate', { expression: 'process.memoryUsage()', returnByValue: true })
    const usage = result?.value as NodeJS.MemoryUsage
    return { heap: usage.heapUsed, external: usage.external, resident: usage.rss, descriptors: readdirSync(`/proc/${app.process.pid}/fd`).length }
  } finally {
    socket.terminate()
  }
}

/** The sum of a metric's samples in an exposition. */
export function metric(text: string, name: string): number {
  const samples = text.split('\n').filter((l) => l.startsWith(`${name} `) || l.startsWith(`${name}{`))
  if (!samples.length) throw new Error(`no metric ${name}`)
  return samples.reduce((sum, l) => sum + Number(l.slice(l.lastIndexOf(' ') + 1)), 0)
}
