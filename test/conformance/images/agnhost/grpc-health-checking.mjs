/** The gRPC health service on a port (default 5000); /make-not-serving on the HTTP port (default 8080) makes it ill. */
import { createServer } from 'node:http'
import http2 from 'node:http2'

export default function grpcHealthChecking(values) {
  let status = 1
  const delay = Number(values['delay-unhealthy-sec'] ?? -1)
  if (delay >= 0) setTimeout(() => { status = 2 }, delay * 1000)
  const server = http2.createServer()
  server.on('stream', (stream, headers) => {
    stream.resume()
    if (headers[':path'] !== '/grpc.health.v1.Health/Check') return stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' }, { endStream: true })
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.end(Buffer.from([0, 0, 0, 0, 2, 8, status]))
  })
  server.listen(Number(values.port ?? 5000))
  createServer((req, res) => {
    if (req.url === '/make-not-serving') status = 2
    if (req.url === '/make-serving') status = 1
    res.end(String(status))
  }).listen(Number(values['http-port'] ?? 8080))
}
