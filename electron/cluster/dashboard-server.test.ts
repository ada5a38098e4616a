import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { ClientMessage, ServerMessage } from '../../shared/ipc.ts'
import { type DashboardServer, serveDashboard } from './dashboard-server.ts'

let server: DashboardServer
let root: string
let closed = 0
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'dashboard-'))
  writeFileSync(join(root, 'index.html'), '<title>page</title>')
  server = await serveDashboard({
    root,
    port: 0,
    endpoint: { connect: (send) => ({ receive: (m) => send({ type: 'result', id: (m as ClientMessage).id, value: 'hi' }), close: () => { closed++ } }) },
  })
})
afterAll(async () => {
  await server.close()
  rmSync(root, { recursive: true })
})

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    request({ host: '127.0.0.1', port: server.port, path, method, headers: { host: `127.0.0.1:${server.port}`, ...headers } }, (res) => {
      let body = ''
      res.on('data', (d) => { body += d }).on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body }))
    }).on('error', reject).end()
  })
const cookie = async () => String((await get(new URL(server.url).search.replace(/^/, '/'))).headers['set-cookie']).split(';')[0] ?? ''

describe('dashboard server', () => {
  it('turns the token of the address into a SameSite, HttpOnly cookie', async () => {
    const r = await get(`/${new URL(server.url).search}`)
    expect(r.status).toBe(302)
    expect(String(r.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/)
  })
  it.each([
    ['without the cookie', {}, '/', 401],
    ['with a wrong cookie', { cookie: 'pilothouse-1=x' }, '/', 401],
    ['with a foreign Host', { host: 'evil.example:80' }, '/', 403],
    ['with a wrong token', {}, '/?token=abc', 401],
  ])('refuses %s', async (_name, headers, path, status) => expect((await get(path, headers as Record<string, string>)).status).toBe(status))
  it.each(['//', '///x', '/\\\\', '/%', '*', 'http://evil.example//'])('stands a request for %s, and an upgrade too', async (path) => {
    expect((await get(path)).status).toBe(401)
    const refused = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { host: `127.0.0.1:${server.port}`, connection: 'Upgrade', upgrade: 'websocket' }
      request({ host: '127.0.0.1', port: server.port, path, headers }, (res) => { res.resume(); resolve(res.statusCode) }).on('error', reject).end()
    })
    expect(refused).toBe(403)
  })
  it('serves files of its folder only, with a strict policy', async () => {
    const c = { cookie: await cookie() }
    const page = await get('/', c)
    expect([page.status, page.body]).toEqual([200, '<title>page</title>'])
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    for (const path of ['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/absent.js', '/..%2fx']) expect((await get(path, c)).status).toBe(404)
    expect((await get('/', c, 'POST')).status).toBe(405)
  })
  it('carries messages for its own pages, and refuses other origins', async () => {
    const c = await cookie()
    const open = (origin: string) => new WebSocket(`ws://127.0.0.1:${server.port}/ipc`, { headers: { cookie: c, origin } })
    const foreign = open('http://evil.example')
    await new Promise((resolve) => foreign.on('error', resolve))
    const ws = open(`http://127.0.0.1:${server.port}`)
    await new Promise((resolve) => ws.on('open', resolve))
    const answer = new Promise<ServerMessage>((resolve) => ws.on('message', (d) => resolve(JSON.parse(String(d)) as ServerMessage)))
    ws.send(JSON.stringify({ verb: 'call', id: 7, name: 'api', request: {} }))
    expect(await answer).toEqual({ type: 'result', id: 7, value: 'hi' })
    const ended = new Promise((resolve) => ws.on('close', resolve))
    ws.send('not json')
    expect(await ended).toBe(1007)
    await expect.poll(() => closed).toBe(1)
  })
})
