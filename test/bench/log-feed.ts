/**
 * Stands for the engine and its containers, in a process of its own, so that what makes the lines is not measured with what keeps them: on a
 * socket it gives each pod's lines as the engine gives a container's. A connection says whose it wants, and from when on; one says how many
 * lines have been taken, and only so many more are made, so that pods stay side by side in time, as they are in a cluster.
 * `log-feed.ts SOCKET LINES`; prints a line when it listens.
 */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { formatNanos } from '../../shared/logs/time.ts'
import { PODS, indexAt, podOf, textOf, timeOf } from './log-lines.ts'

const [path, count] = process.argv.slice(2) as [string, string]
const LINES = Number(count)
/** Lines that are made at once, and at most before they are taken. */
const TURN = 1_000
const AHEAD = 4_000

/** As the engine frames a line of a container's standard output. */
function frame(i: number): string {
  const { time, nanos } = timeOf(i)
  const payload = `${formatNanos(time, nanos)} ${textOf(i, LINES)}\n`
  // All of it is ASCII, and short.
  return `\u0001\0\0\0\0\0${String.fromCharCode(payload.length >> 8, payload.length & 0xff)}${payload}`
}

const streams: (Socket | undefined)[] = Array.from({ length: PODS + 1 }, () => undefined)
let made = 0
let taken = 0
let wake = (): void => undefined

/** What there was of a pod from a time on, then what comes. */
function open(socket: Socket, pod: number, since: number): void {
  const parts: string[] = []
  for (let i = indexAt(since); i < made; i++) if (podOf(i) === pod) parts.push(frame(i))
  socket.write(parts.join(''), 'latin1')
  streams[pod] = socket
  socket.on('close', () => { if (streams[pod] === socket) streams[pod] = undefined; wake() })
  if (made >= LINES) socket.end()
  wake()
}
function listen(socket: Socket): void {
  let said = ''
  socket.setEncoding('latin1').on('error', () => socket.destroy()).on('data', (data) => {
    const lines = (said + String(data)).split('\n')
    said = lines.pop() ?? ''
    for (const line of lines) {
      const [what, a, b] = line.split(' ') as [string, string, string]
      if (what === 'open') open(socket, Number(a), Number(b))
      else taken = Number(a)
    }
    wake()
  })
}
const server = createServer(listen).listen(path)
await once(server, 'listening')
console.log('listening')
while (made < LINES) {
  if (made - taken > AHEAD || streams.some((s) => !s)) {
    await new Promise<void>((resolve) => { wake = resolve })
    continue
  }
  const parts: string[][] = streams.map(() => [])
  for (const end = Math.min(made + TURN, LINES); made < end; made++) (parts[podOf(made)] as string[]).push(frame(made))
  parts.forEach((p, pod) => { if (p.length) streams[pod]?.write(p.join(''), 'latin1') })
}
for (const socket of streams) socket?.end()
