/** Well for ten seconds, then not. */
import { createServer } from 'node:http'

export default function liveness(values) {
  const started = Date.now()
  createServer((req, res) => {
    const ill = req.url === '/healthz' && Date.now() - started > 10_000
    res.writeHead(ill ? 500 : 200).end(ill ? `error: ${(Date.now() - started) / 1000}` : 'ok')
  }).listen(Number(values.port ?? 8080))
}
