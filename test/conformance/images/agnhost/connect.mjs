/** Whether host:port takes a connection: ends with 0, or says REFUSED, TIMEOUT or OTHER and ends with 1. */
import { connect as open } from 'node:net'

export default function connect(values, [target = '']) {
  const [host, port] = target.split(':')
  const socket = open({ host, port: Number(port), timeout: 3000 }, () => process.exit(0))
  const end = (word) => { console.log(word); process.exit(1) }
  socket.on('timeout', () => end('TIMEOUT')).on('error', (e) => end(e.code === 'ECONNREFUSED' ? 'REFUSED' : e.code === 'ETIMEDOUT' ? 'TIMEOUT' : 'OTHER'))
}
