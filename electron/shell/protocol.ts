/** app://pilothouse/…: the renderer's files and nothing else, with a strict policy. A scheme of our own has an origin, file:// has none. */
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { protocol } from 'electron'
import { CSP } from '../cluster/dashboard-server.ts'

export const ORIGIN = 'app://pilothouse'
export const PAGE = `${ORIGIN}/index.html`
const TYPES: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png', '.woff2': 'font/woff2' }

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }])
}

/** The file that a request of the page means; undefined: none. */
export function fileOf(root: string, method: string, url: string): string | undefined {
  const u = URL.parse(url)
  // Compared in parts: URL.origin of a scheme that the parser does not know is "null".
  if (method !== 'GET' || u?.protocol !== 'app:' || u.host !== 'pilothouse') return undefined
  let path: string
  try {
    path = decodeURIComponent(u.pathname)
  } catch {
    return undefined
  }
  const file = normalize(join(root, path === '/' ? 'index.html' : path))
  return file.startsWith(root + sep) && extname(file) in TYPES ? file : undefined
}

export function serveRenderer(root: string): void {
  protocol.handle('app', async (request) => {
    const file = fileOf(root, request.method, request.url)
    const bytes = file === undefined ? undefined : await readFile(file).catch(() => undefined)
    if (file === undefined || !bytes) return new Response('Not found', { status: 404 })
    return new Response(new Uint8Array(bytes), { headers: { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'content-security-policy': CSP, 'x-content-type-options': 'nosniff' } })
  })
}
