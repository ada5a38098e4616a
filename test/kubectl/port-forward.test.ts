/** kubectl port-forward and kubectl proxy-like access, with stock kubectl of three releases against the built app on a real engine. */
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { root, type Client } from '../integration/app.ts'
import { EVERYTHING, RELEASES, shared } from './stories.ts'
import type { Release } from './table.ts'

let app: Client
const HTTPD = 'mkdir -p /www; echo hello > /www/index.html; busybox dd if=/dev/zero of=/www/big bs=1048576 count=8 2>/dev/null; exec busybox httpd -f -p 8080 -h /www'
beforeAll(async () => {
  app = shared('engine')
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels: { app: 'web' } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'busybox:local', imagePullPolicy: 'Never', command: ['sh', '-c', HTTPD], readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 } }] } }
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] } }
  await app.ok('35', ['create', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [pod, service] }) })
  await app.ok('35', ['wait', '--for=condition=Ready', 'pod/web', '--timeout=60s'])
})

function forward(release: Release, what: string, port: number, more: Record<string, string> = {}): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(join(root, '.cache', 'kubectl', release, 'kubectl', 'kubectl'), ['port-forward', what, `:${port}`], { env: { PATH: process.env['PATH'], KUBECONFIG: app.ready.kubeconfig, HOME: app.home, ...more }, stdio: ['ignore', 'pipe', 'pipe'] })
  return new Promise((resolve, reject) => {
    let text = ''
    const read = (data: Buffer): void => {
      text += data.toString()
      const local = /127\.0\.0\.1:(\d+) ->/.exec(text)?.[1]
      if (local) resolve({ child, port: Number(local) })
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('exit', () => reject(new Error(text)))
  })
}

describe.each(RELEASES.filter((release) => EVERYTHING || release === '28' || release === '35'))('kubectl 1.%s port-forward', (release) => {
  // With its own switch kubectl speaks SPDY/3.1, as the releases before it.
  it.each<[string, number, Record<string, string>]>([['pod/web', 8080, {}], ['service/web', 80, {}], ['pod/web', 8080, { KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' }]])('%s, port %d, %j', async (what, port, env) => {
    const { child, port: local } = await forward(release, what, port, env)
    try {
      const url = `http://127.0.0.1:${local}`
      expect(await (await fetch(`${url}/`)).text()).toBe('hello\n')
      const all = await Promise.all(Array.from({ length: 8 }, async () => (await (await fetch(`${url}/big`)).arrayBuffer()).byteLength))
      expect(all).toEqual(Array(8).fill(8 << 20))
    } finally {
      child.kill()
    }
  })
})

it('a port that nobody listens at is said to be so, and the next connection is tried again', async () => {
  const { child, port } = await forward('35', 'pod/web', 9)
  let said = ''
  child.stderr?.on('data', (data: Buffer) => { said += data.toString() })
  try {
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed')
    await expect.poll(() => said, { timeout: 90_000 }).toContain('error forwarding port 9 to pod web')
  } finally {
    child.kill()
  }
})

it('pods and services answer through the proxy', async () => {
  expect(await app.ok('35', ['get', '--raw', '/api/v1/namespaces/default/pods/web:8080/proxy/'])).toBe('hello\n')
  expect(await app.ok('35', ['get', '--raw', '/api/v1/namespaces/default/services/web:80/proxy/'])).toBe('hello\n')
})
