/** Asks as fast as it is answered, in a process of its own: `dns-client.ts PORT SECONDS NAMES`. Tells its parent how many answers came. */
import { createSocket } from 'node:dgram'
import { encode } from 'dns-packet'

const [port = 0, seconds = 0, names = 1] = process.argv.slice(2).map(Number)
/** Questions under way at once: enough that the server never waits for us. */
const WINDOW = 64

const questions = Array.from({ length: names }, (_, i) => encode({ type: 'query', id: i, flags: 0x0100, questions: [{ name: `s${i}.default.svc.cluster.local`, type: 'A' }] }))
const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
let sent = 0
let answers = 0
let counting = false
const ask = (): void => socket.send(questions[sent++ % names] as Buffer)
socket.on('message', (message) => {
  // One address behind each name: an answer without it is none.
  if (counting && message.readUInt16BE(6) === 1) answers++
  ask()
})
socket.connect(port, '127.0.0.1', () => {
  for (let i = 0; i < WINDOW; i++) ask()
  setTimeout(() => {
    counting = true
    setTimeout(() => {
      process.send?.(answers)
      process.exit(0)
    }, seconds * 1000)
  }, 500)
})
