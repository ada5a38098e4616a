/** Lines as a small shop writes them, put into a log store before the app starts: two hours of them, of every kind. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { realClock } from '../../shared/clock.ts'
import { rankOf } from '../../shared/logs/level.ts'
import { plainText } from '../../shared/logs/ansi.ts'
import type { LogSource } from '../../shared/logs/types.ts'
import { openLogStore } from '../../electron/logging/store.ts'

const source = (workload: string, pod: string, container: string, node: string): LogSource => ({
  stream: 'stdout', namespace: 'shop', pod, podUid: `uid-${pod}`, container, node, restart: 0, workload, labels: { app: workload.split('/')[1] ?? '' },
})
export const web = source('Deployment/web', 'web-7d9c5b6f4-x2x7p', 'nginx', 'hollow-1')
const others = [source('Deployment/web', 'web-7d9c5b6f4-kq9zr', 'nginx', 'hollow-2'), source('Deployment/api', 'api-5f6d8c9b7-8mmld', 'app', 'hollow-1'), source('StatefulSet/db', 'db-0', 'postgres', 'hollow-2'), source('Deployment/worker', 'worker-6c9f7d5b8-hh2wv', 'worker', 'hollow-1')] as const
const [web2, api, db, worker] = others
const paths = ['/api/cart', '/api/products', '/healthz', '/api/orders', '/login']
const TRACE = ['java.lang.IllegalStateException: cart 4711 has no owner', ...Array.from({ length: 11 }, (_, i) => `\tat com.example.shop.Cart.step${i}(Cart.java:${40 + i})`), 'Caused by: java.net.SocketTimeoutException: Read timed out'].join('\n')
const E = '\u001b'

function text(i: number): readonly [LogSource, string] {
  const path = paths[i % paths.length] as string
  const id = ((i * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')
  const slow = i % 97 === 0
  switch (i % 6) {
    case 0: return [web, `10.244.1.${i % 200} - "GET ${path} HTTP/1.1" ${slow ? 503 : 200} ${i % 977}ms`]
    case 1: return [web2, `${E}[32mGET${E}[0m ${path} ${E}[${slow ? '31' : '36'}m${slow ? 503 : 200}${E}[0m ${E}[2m${i % 977}ms${E}[0m`]
    case 2: return [api, JSON.stringify({ level: slow ? 'error' : i % 20 === 2 ? 'warn' : 'info', msg: slow ? 'payment gateway timeout' : `order ${id} accepted`, http: { method: 'POST', path, status: slow ? 504 : 201 }, user: i % 5000, took_ms: i % 977, trace: id })]
    case 3: return [db, `LOG:  checkpoint complete: wrote ${i % 400} buffers; write=${(i % 90) / 10} s`]
    case 4: return [worker, `level=${i % 40 === 4 ? 'warn' : 'debug'} msg="job picked up" queue=mail attempt=${i % 3} id=${id}`]
    default: return i % 300 === 5 ? [api, TRACE] : [worker, `INFO  mail ${id} delivered to customer ${i % 5000}`]
  }
}

/** @returns when the last line was written, in milliseconds since 1970 */
export async function writeLines(home: string, count: number, now = Date.now()): Promise<number> {
  const directory = join(home, 'logs')
  mkdirSync(directory, { recursive: true })
  const store = await openLogStore({ directory, clock: realClock })
  const span = 2 * 3_600_000
  try {
    for (let i = 0; i < count; i++) {
      const [from, line] = text(i)
      // More in the middle than at the ends, as a day has it.
      const at = now - span + (span * (i + 800 * Math.sin((i / count) * 12))) / count
      const time = Math.floor(Math.min(at, now))
      await store.append(from, [{ time, nanos: (i % 1000) * 1000, rank: rankOf(plainText(line)), text: line }])
    }
  } finally {
    await store.close()
  }
  return now
}
