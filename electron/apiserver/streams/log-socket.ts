/** A log over a WebSocket: one message a chunk, bytes or base64. */
import type { Readable } from 'node:stream'
import type { WebSocket } from 'ws'
import { logger } from '../../../shared/log.ts'

const log = logger('kube-apiserver')

/** Sends all of the stream, one chunk at a time, and closes. */
export function serveLog(ws: WebSocket, stream: Readable, protocol: string): void {
  const text = protocol.startsWith('base64')
  ws.on('close', () => void stream.destroy())
  const run = async (): Promise<void> => {
    for await (const chunk of stream as AsyncIterable<Buffer | string>) {
      const data = Buffer.from(chunk)
      await new Promise<void>((resolve, reject) => ws.send(text ? data.toString('base64') : data, (error) => (error ? reject(error) : resolve())))
    }
    ws.close(1000)
  }
  run().catch((error: unknown) => {
    log.debug('a log could not be sent', { error })
    ws.terminate()
  })
}
