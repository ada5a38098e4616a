/** A watch over a WebSocket: one text message an event. Source: Kubernetes documentation, "API concepts: watches". */
import type { WebSocket } from 'ws'
import { logger } from '../../../shared/log.ts'
import { encodeEvent } from '../encode.ts'
import type { ApiRequest, WatchStream } from '../types.ts'

/** What may be on its way in the socket before events are left to wait in the stream, whose own bound then holds. */
const HIGH_WATER = 1024 * 1024
const log = logger('kube-apiserver')

/** A protocol in whose name a browser sends its token is no protocol of watches; of the others any will do. */
export const watchProtocol = (headers: ApiRequest['headers']): string =>
  (headers['sec-websocket-protocol'] ?? '').split(',').map((p) => p.trim()).find((p) => p !== '' && !p.startsWith('base64url.bearer.authorization.k8s.io.')) ?? ''

/** Sends events until either side ends it. */
export function serveWatch(ws: WebSocket, stream: WatchStream): void {
  ws.on('close', () => stream.close())
  const send = (text: string): Promise<void> => new Promise((resolve, reject) => ws.send(text, (error) => (error ? reject(error) : resolve())))
  const run = async (): Promise<void> => {
    for (let events = await stream.next(); events; events = await stream.next()) {
      for (const event of events) {
        if (ws.readyState !== ws.OPEN) return
        const sent = send(encodeEvent(event).toString().trimEnd())
        if (ws.bufferedAmount > HIGH_WATER) await sent
        else sent.catch((error: unknown) => log.debug('an event could not be sent', { error }))
      }
    }
    // Who does not answer that is cut off by the socket's own timer.
    ws.close(1000)
  }
  run().catch((error: unknown) => {
    log.debug('a watch could not be sent', { error })
    ws.terminate()
  })
}
