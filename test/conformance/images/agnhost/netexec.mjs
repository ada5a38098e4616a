// HTTP and UDP answers about who and where one is: /hostname, /echo?msg=, /clientip, /header?key=, /healthz, /shutdown,
// /shell?cmd= (JSON with output), /dial?host=&port=&protocol=&request=&tries=, /exit?code=. UDP: `hostname`, `echo …`, `clientip`.
import { exec } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { createServer, get } from 'node:http'
import { hostname } from 'node:os'

const plainAddress = (a = '') => a.replace(/^::ffff:/, '')

/** One question to another netexec, on a connection of its own: a kept one would always lead to the same. The text of its answer. */
export async function ask(protocol, host, port, request, timeout = 5000) {
  if (protocol === 'http') {
    return new Promise((resolve, reject) => {
      get(`http://${host}:${port}/${request}`, { agent: false, signal: AbortSignal.timeout(timeout) }, (response) => {
        let text = ''
        response.on('data', (d) => { text += d }).on('end', () => resolve(text)).on('error', reject)
      }).on('error', reject)
    })
  }
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    const timer = setTimeout(() => { socket.close(); reject(new Error('no answer')) }, timeout)
    socket.once('message', (m) => { clearTimeout(timer); socket.close(); resolve(m.toString().trim()) })
    socket.once('error', (e) => { clearTimeout(timer); reject(e) })
    socket.send(request, Number(port), host)
  })
}

async function dial(query) {
  const [host, port, protocol, request] = ['host', 'port', 'protocol', 'request'].map((k) => query.get(k) ?? '')
  const responses = []
  const errors = []
  for (let i = Number(query.get('tries') ?? 1); i > 0; i--) {
    try { responses.push(await ask(protocol, host, port, request)) } catch (e) { errors.push(String(e.message)) }
  }
  return JSON.stringify({ responses, ...(errors.length ? { errors } : {}) })
}

const answers = {
  '/': () => `NOW: ${new Date().toISOString()}`,
  '/hostname': () => hostname(),
  '/hostName': () => hostname(),
  '/healthz': () => 'ok',
  '/echo': (q) => q.get('msg') ?? '',
  '/clientip': (q, req) => `${plainAddress(req.socket.remoteAddress)}:${req.socket.remotePort}`,
  '/header': (q, req) => String(req.headers[(q.get('key') ?? '').toLowerCase()] ?? ''),
  '/dial': dial,
  '/shell': (q) => new Promise((resolve) => exec(q.get('cmd') ?? '', { shell: '/bin/sh' }, (error, stdout, stderr) => resolve(JSON.stringify({ output: stdout + stderr, ...(error ? { error: error.message } : {}) })))),
  '/exit': (q) => process.exit(Number(q.get('code') ?? 0)),
  '/shutdown': () => process.exit(0),
}

export default function netexec(values) {
  const port = Number(values['http-port'] ?? 8080)
  const udp = Number(values['udp-port'] ?? 8081)
  createServer(async (req, res) => {
    const url = new URL(req.url, 'http://x')
    const answer = answers[url.pathname]
    if (!answer) return res.writeHead(404).end('404 page not found')
    res.end(String(await answer(url.searchParams, req)))
  }).listen(port, () => console.log(`Started HTTP server on port ${port}`))
  if (udp < 0) return
  const socket = createSocket('udp4')
  socket.on('message', (message, from) => {
    const text = message.toString().trim()
    const answer = /^host[nN]ame$/.test(text) ? hostname() : text.startsWith('echo ') ? text.slice(5) : text === 'clientip' ? `${from.address}:${from.port}` : `unknown command: ${text}`
    socket.send(answer, from.port, from.address)
  })
  socket.bind(udp, () => console.log(`Started UDP server on port ${udp}`))
}
