// A guestbook of three layers in one program: `guestbook --message=leader|replica|frontend --http-port=…`. The leader keeps
// entries, replicas follow it, the frontend writes to the leader and reads from a replica, all by Service names.
import { createServer } from 'node:http'

const LEADER = 'http://agnhost-primary:6379'
const REPLICA = 'http://agnhost-replica:6379'
const fetchText = async (url) => (await fetch(url, { signal: AbortSignal.timeout(3000) })).text()

const layers = {
  leader() {
    const entries = []
    return (query) => { if (query.has('set')) entries.push(query.get('set')); return JSON.stringify(entries) }
  },
  replica: () => () => fetchText(`${LEADER}/`),
  frontend: () => (query) => (query.get('cmd') === 'set' ? fetchText(`${LEADER}/?set=${encodeURIComponent(query.get('value') ?? '')}`) : fetchText(`${REPLICA}/`)),
}

export default function guestbook(values) {
  const answer = layers[values.message]()
  createServer(async (req, res) => {
    try { res.end(JSON.stringify({ data: await answer(new URL(req.url, 'http://x').searchParams) })) } catch (e) { res.writeHead(502).end(String(e.message)) }
  }).listen(Number(values['http-port'] ?? 6379))
}
