/** Services and NetworkPolicies with real packets: from this machine, and from pod to pod. */
import { execFileSync } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Socket as NetSocket } from 'node:net'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Docker from 'dockerode'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Node, Pod, Service } from '../../shared/api/types.ts'
import { AGNHOST, ensureAgnhost } from '../conformance/images/agnhost.ts'
import { ownPort } from '../ports.ts'
import { App, eventually, resetHome } from './app.ts'

let app: App
const ips = new Map<string, string>()
const pod = (name: string, labels: Record<string, string>): object => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, labels },
  spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'c', image: AGNHOST, args: ['netexec', '--http-port=8080', '--udp-port=8081'], ports: [{ name: 'http', containerPort: 8080 }], readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 } }] },
})
const service = (name: string, spec: object): object => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...spec } })
const create = (...objects: object[]): Promise<string> => app.ok('35', ['create', '-f', '-'], { input: objects.map((o) => JSON.stringify(o)).join('\n---\n') })
const get = (name: string): Promise<Service> => app.api.get<Service>(`/api/v1/namespaces/default/services/${name}`)
const running = async (...names: string[]): Promise<void> => {
  for (const name of names) {
    const found = await eventually(`${name} is ready`, () => app.api.get<Pod>(`/api/v1/namespaces/default/pods/${name}`), (p) => p.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false)
    ips.set(name, found.status?.podIP ?? '')
  }
}
/** The answer, or why there is none. */
const ask = async (url: string, timeout = 10_000): Promise<string> => {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeout), headers: { connection: 'close' } })
    return await answer.text()
  } catch (e) {
    const { name, cause } = e as Error & { cause?: { code?: string } }
    return cause?.code ?? name
  }
}
/** What pod `from` hears from host:port. */
const dial = async (from: string, host: string, port: number, request = 'hostname', tries = 1, protocol = 'http'): Promise<{ responses: string[]; errors?: string[] }> =>
  JSON.parse(await ask(`http://${ips.get(from)}:8080/dial?host=${host}&port=${port}&protocol=${protocol}&request=${request}&tries=${tries}`, 30_000)) as { responses: string[]; errors?: string[] }
/** As dial, on a connection of its own; undefined: nothing came in so many seconds. */
const fresh = async (from: string, host: string, port: number, patience = 20): Promise<string | undefined> => {
  const { output } = JSON.parse(await ask(`http://${ips.get(from)}:8080/shell?cmd=${encodeURIComponent(`printf 'GET /hostname HTTP/1.0\\r\\n\\r\\n' | nc -w ${patience} ${host} ${port} | tail -n 1`)}`, 30_000)) as { output?: string }
  return output?.trim() || undefined
}
const cluster = (): string => readFileSync(join(app.home, 'cluster-id'), 'utf8').trim()
const rulesOfOurs = (): string[] => execFileSync('iptables-save', { encoding: 'utf8' }).split('\n').filter((l) => l.includes(`pilothouse ${cluster()}`) || l.includes(`ph-${cluster()}`))

beforeAll(async () => {
  await ensureAgnhost(new Docker())
  app = await App.start()
  await create(pod('a', { app: 'web', who: 'a' }), pod('b', { app: 'web', who: 'b' }), pod('client', { app: 'client' }))
  await create(service('web', { selector: { app: 'web' } }))
  await running('a', 'b', 'client')
}, 240_000)
afterAll(() => app?.dispose())

describe('a cluster address', () => {
  it('leads this machine and pods to every endpoint', async () => {
    const { clusterIP } = (await get('web')).spec
    const heard = new Set<string>()
    await eventually('both endpoints', async () => heard.add(await ask(`http://${clusterIP}/hostname`)), (h) => h.has('a') && h.has('b'))
    const { responses, errors } = await dial('client', clusterIP ?? '', 80, 'hostname', 40)
    expect(errors).toBeUndefined()
    expect(new Set(responses)).toEqual(new Set(['a', 'b']))
  })
  it('shows an endpoint who its client is', async () => {
    const { clusterIP } = (await get('web')).spec
    expect((await dial('client', clusterIP ?? '', 80, 'clientip')).responses[0]).toMatch(new RegExp(`^${ips.get('client')?.replaceAll('.', '\\.')}:`))
  })
  it('leads a pod to itself as well (hairpin)', async () => {
    await create(service('alone', { selector: { who: 'a' } }))
    const { clusterIP } = (await get('alone')).spec
    await eventually('reachable', () => ask(`http://${clusterIP}/hostname`), (t) => t === 'a')
    const { responses, errors } = await dial('a', clusterIP ?? '', 80, 'hostname', 20)
    expect([responses.length, errors]).toEqual([20, undefined])
  })
  it('refuses at once where nobody serves, and where there is no Service', async () => {
    await create(service('nobody', { selector: { app: 'nobody' } }))
    const { clusterIP } = (await get('nobody')).spec
    await eventually('refused', () => ask(`http://${clusterIP}/`), (t) => t === 'ECONNREFUSED')
    expect((await dial('client', clusterIP ?? '', 80)).errors).toHaveLength(1)
    expect(await ask(`http://${clusterIP}:4321/`)).toBe('ECONNREFUSED')
    await app.ok('35', ['patch', 'service', 'nobody', '-p', '{"spec":{"selector":{"app":"web"}}}'])
    await eventually('served', () => ask(`http://${clusterIP}/hostname`), (t) => /^[ab]$/.test(t))
  })
  it('keeps a client with its endpoint', async () => {
    await create(service('sticky', { selector: { app: 'web' }, sessionAffinity: 'ClientIP' }))
    const { clusterIP } = (await get('sticky')).spec
    await eventually('reachable', () => ask(`http://${clusterIP}/hostname`), (t) => /^[ab]$/.test(t))
    const same = new Set<string | undefined>()
    for (let i = 0; i < 10; i++) same.add(await fresh('client', clusterIP ?? '', 80))
    expect(same.size).toBe(1)
    await app.ok('35', ['patch', 'service', 'sticky', '-p', '{"spec":{"sessionAffinity":"None"}}'])
    const heard = new Set<string | undefined>()
    await eventually('both again', async () => heard.add(await fresh('client', clusterIP ?? '', 80)), (h) => h.has('a') && h.has('b'))
  })
  it('leads to the API server', async () => {
    expect((await dial('client', (await get('kubernetes')).spec.clusterIP ?? '', 443)).errors?.[0]).not.toMatch(/timeout/)
  })
})

describe('from outside', () => {
  it('a node port is answered on localhost, and at the node\'s address for pods', async () => {
    await create(service('np', { type: 'NodePort', selector: { app: 'web' } }))
    const port = (await get('np')).spec.ports?.[0]?.nodePort ?? 0
    await eventually('on localhost', () => ask(`http://127.0.0.1:${port}/hostname`), (t) => /^[ab]$/.test(t))
    const node = await app.json<Node>('35', ['get', 'node', app.ready.nodes[0] ?? ''])
    const address = node.status?.addresses?.find((a) => a.type === 'InternalIP')?.address ?? ''
    expect((await dial('client', address, port)).responses[0]).toMatch(/^[ab]$/)
    expect(await ask(`http://${address}:${port}/hostname`)).toMatch(/^[ab]$/)
    await app.ok('35', ['patch', 'service', 'np', '-p', '{"spec":{"externalTrafficPolicy":"Local"}}'])
    await eventually('with policy Local', () => ask(`http://127.0.0.1:${port}/hostname`), (t) => /^[ab]$/.test(t))
    await app.ok('35', ['delete', 'service', 'np'])
    await eventually('closed', () => ask(`http://127.0.0.1:${port}/hostname`), (t) => t === 'ECONNREFUSED')
  })
  it('a balancer is answered on localhost; a port that somebody has is left alone', async () => {
    const sockets: NetSocket[] = []
    const users = createServer((socket) => {
      sockets.push(socket)
      socket.on('error', () => undefined).resume()
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nmine')
    })
    const port = await ownPort()
    await once(users.listen({ host: '127.0.0.1', port }), 'listening')
    await create(service('lb', { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port, targetPort: 8080 }] }))
    await eventually('an event', () => app.ok('35', ['get', 'events', '--field-selector', 'reason=SyncLoadBalancerFailed', '-o', 'jsonpath={.items[*].message}']), (t) => t.includes(`port ${port} of localhost is in use`))
    expect(await ask(`http://127.0.0.1:${port}/`)).toBe('mine')
    await new Promise((resolve) => { users.close(resolve); for (const socket of sockets) socket.destroy() })
    await eventually('answered', () => get('lb'), (s) => s.status?.loadBalancer?.ingress?.[0]?.hostname === 'localhost')
    await eventually('served', () => ask(`http://127.0.0.1:${port}/hostname`), (t) => /^[ab]$/.test(t))
    await app.ok('35', ['delete', 'service', 'lb'])
    await eventually('given back', () => ask(`http://127.0.0.1:${port}/hostname`), (t) => t === 'ECONNREFUSED')
  })
  it('an external address leads to the Service', async () => {
    await create(service('ext', { selector: { app: 'web' }, externalIPs: ['203.0.113.77'] }))
    await eventually('served', () => ask('http://203.0.113.77/hostname'), (t) => /^[ab]$/.test(t))
    expect((await dial('client', '203.0.113.77', 80)).responses[0]).toMatch(/^[ab]$/)
  })
})

describe('UDP', () => {
  let socket: Socket
  afterAll(() => { socket?.close() })
  it('goes on with another endpoint when the one that a client speaks to has gone', async () => {
    await create(pod('u1', { udp: 'x' }), pod('u2', { other: 'x' }), service('udp', { selector: { udp: 'x' }, ports: [{ port: 53, targetPort: 8081, protocol: 'UDP' }] }))
    await running('u1', 'u2')
    const { clusterIP } = (await get('udp')).spec
    // One socket, hence one connection in the kernel's eyes.
    socket = createSocket('udp4')
    const say = (): Promise<string> => new Promise((resolve) => {
      const timer = setTimeout(() => resolve('no answer'), 300)
      socket.once('error', (e) => resolve((e as NodeJS.ErrnoException).code ?? 'error'))
      socket.once('message', (m) => { clearTimeout(timer); resolve(m.toString().trim()) })
      socket.send('hostname', 53, clusterIP)
    })
    await eventually('the first', say, (t) => t === 'u1')
    await app.ok('35', ['label', 'pod', 'u2', 'udp=x'])
    await app.ok('35', ['delete', 'pod', 'u1', '--grace-period=1'])
    expect(await eventually('the second', say, (t) => t === 'u2')).toBe('u2')
  })
})

describe('NetworkPolicy', () => {
  const policy = (name: string, spec: object): object => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name }, spec })
  const reaches = async (from: string, to: string, patience?: number): Promise<boolean> => (await fresh(from, ips.get(to) ?? '', 8080, patience)) === to
  const isCutOff = async (from: string, to: string): Promise<boolean> => !(await reaches(from, to, 1))
  it('stops and lets pass as it says, as policies and pods come and go; this machine and probes always pass', async () => {
    expect(await reaches('client', 'a')).toBe(true)
    await create(policy('deny', { podSelector: { matchLabels: { who: 'a' } }, policyTypes: ['Ingress'] }))
    await eventually('denied', () => isCutOff('client', 'a'), Boolean)
    expect(await reaches('client', 'b')).toBe(true)
    expect(await ask(`http://${ips.get('a')}:8080/hostname`)).toBe('a')
    await create(policy('allow', { podSelector: { matchLabels: { who: 'a' } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'client' } } }], ports: [{ port: 'http' }] }] }))
    await eventually('allowed', () => reaches('client', 'a', 2), Boolean)
    expect(await isCutOff('b', 'a')).toBe(true)
    await create(pod('late', { app: 'client' }))
    await running('late')
    await eventually('a new pod is allowed', () => reaches('late', 'a', 2), Boolean)
    await create(policy('out', { podSelector: { matchLabels: { app: 'client' } }, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: { matchLabels: { who: 'b' } } }] }] }))
    await eventually('not out', () => isCutOff('client', 'a'), Boolean)
    expect(await reaches('client', 'b')).toBe(true)
    // By address and by a range of ports, with an address that is left out.
    await app.ok('35', ['delete', 'networkpolicy', '--all'])
    const from = (name: string): string => `${ips.get(name)}/32`
    await create(policy('addresses', { podSelector: { matchLabels: { who: 'a' } }, ingress: [{ from: [{ ipBlock: { cidr: `${ips.get('b')?.split('.').slice(0, 2).join('.')}.0.0/16`, except: [from('b')] } }], ports: [{ port: 8000, endPort: 8080 }] }] }))
    await eventually('the one left out is cut off', () => isCutOff('b', 'a'), Boolean)
    expect(await reaches('client', 'a')).toBe(true)
    await app.ok('35', ['patch', 'networkpolicy', 'addresses', '--type=json', '-p', '[{"op":"replace","path":"/spec/ingress/0/ports/0","value":{"port":8081,"endPort":8090}}]'])
    await eventually('the range has passed by', () => isCutOff('client', 'a'), Boolean)
    await create(policy('out', { podSelector: { matchLabels: { app: 'client' } }, policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: from('b') } }], ports: [{ port: 8000, endPort: 8080 }] }] }))
    await app.ok('35', ['delete', 'networkpolicy', 'addresses'])
    await eventually('out to an address only', async () => (await isCutOff('client', 'a')) && (await reaches('client', 'b', 2)), Boolean)
    await app.ok('35', ['delete', 'networkpolicy', '--all'])
    await eventually('all free', async () => (await reaches('client', 'a', 2)) && (await reaches('b', 'a', 2)), Boolean)
  })
})

it.each([['kube-proxy', /^kubeproxy_\w+/m], ['kube-dns', /^pilothouse_dns_zone_names [1-9]/m], ['ingress', /^pilothouse_ingress_served 0$/m]])('%s tells Prometheus of itself', async (name, line) => {
  expect(await app.ok('35', ['get', '--raw', `/metrics/${name}`])).toMatch(line)
})

describe('rules', () => {
  it('stay when the app stops, so that Services go on, and are adopted', async () => {
    const { clusterIP } = (await get('web')).spec
    await app.stop()
    expect(await ask(`http://${clusterIP}/hostname`)).toMatch(/^[ab]$/)
    app = await App.start({ home: app.home })
    expect(await ask(`http://${clusterIP}/hostname`)).toMatch(/^[ab]$/)
    await app.ok('35', ['delete', 'service', 'web'])
    await eventually('gone', () => ask(`http://${clusterIP}/hostname`), (t) => t === 'ECONNREFUSED')
  })
  it('go with the cluster, also after it was killed', async () => {
    expect(rulesOfOurs().length).toBeGreaterThan(0)
    const id = cluster()
    await app.kill()
    expect((await resetHome(app.home)).stdout).toContain('rules of iptables')
    expect(execFileSync('iptables-save', { encoding: 'utf8' })).not.toContain(id)
    expect(execFileSync('ip', ['route'], { encoding: 'utf8' })).not.toContain(id)
  })
})
