/** Its name, on every path. */
import { createServer } from 'node:http'
import { hostname } from 'node:os'

export default function serveHostname(values) {
  createServer((req, res) => res.end(hostname())).listen(Number(values.port ?? 9376))
}
