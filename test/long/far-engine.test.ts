/** An engine of another machine: in a network of its own and reached by TCP, so that no address of a pod can be reached from here. All of the network works all the same. */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Node, Pod, Service } from '../../shared/api/types.ts'
import { AGNHOST, ensureAgnhost } from '../conformance/images/agnhost.ts'
import { App, eventually, resetHome } from '../integration/app.ts'
import { clusterId, leftOn } from './engine-view.ts'
import { PrivateEngine } from './private-engine.ts'

let engine: PrivateEngine
let app: App
beforeAll(async () => {
  engine = new PrivateEngine({ live: false, far: true })
  await engine.start()
  await ensureAgnhost(engine.docker)
  app = await App.start({ env: engine.env })
  await create(
    pod('a', { app: 'web' }), pod('b', { app: 'web' }), pod('client', { app: 'client' }),
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] } },
  )
  await ready('a', 'b', 'client')
}, 300_000)
afterAll(async () => {
  try {
    if (app) {
      await app.stop()
      await resetHome(app.home, engine.env)
      rmSync(join(app.home, '..'), { recursive: true, force: true })
    }
  } finally {
    await engine?.dispose()
  }
})

const pod = (name: string, labels: Record<string, string>): object => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, labels },
  // Ready by a probe over HTTP: already that goes through the gateway.
  spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'c', image: AGNHOST, args: ['netexec', '--http-port=8080', '--udp-port=8081'], ports: [{ containerPort: 8080 }], readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 } }] },
})
const create = (...objects: object[]): Promise<string> => app.ok('35', ['apply', '-f', '-'], { input: objects.map((o) => JSON.stringify(o)).join('\n---\n') })
const ready = async (...names: string[]): Promise<void> => {
  for (const name of names) await eventually(`${name} is ready`, () => app.json<Pod>('35', ['get', 'pod', name]), (p) => p.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false, 120_000)
}
const inPod = async (name: string, ...command: string[]): Promise<string> => {
  const { stdout, stderr } = await app.kubectl('35', ['exec', name, '--', ...command])
  return (stdout + stderr).trim()
}
/** What a pod is answered: the text, or why there is none. */
const from = (name: string, url: string): Promise<string> => inPod(name, 'node', '-e', `const u=${JSON.stringify(url)};require(u.split(':')[0]).get(u,{agent:false,rejectUnauthorized:false,timeout:5000},r=>{let t='';r.on('data',c=>t+=c);r.on('end',()=>console.log(t))}).on('timeout',()=>{console.log('timeout');process.exit()}).on('error',e=>console.log(e.code))`)
const ask = (url: string, headers: Record<string, string> = {}): Promise<string> => new Promise((resolve) => {
  http.get(url, { headers, agent: false, timeout: 10_000 }, (r) => {
    let text = ''
    r.on('data', (c: Buffer) => { text += c.toString() })
    r.on('end', () => resolve(`${r.statusCode} ${text}`))
  }).on('error', (e: NodeJS.ErrnoException) => resolve(e.code ?? e.message))
})
const onEngine = (command: string, ...args: string[]): string => execFileSync(...engine.on(command, ...args), { encoding: 'utf8' })
const rules = (): string[] => onEngine('iptables-save').split('\n').filter((l) => l.includes(clusterId(app.home)))
const service = (): Promise<Service> => app.json<Service>('35', ['get', 'service', 'web'])
const web = /^200 [ab]$/

it('no pod can be reached from here, and each is ready by its probe', async () => {
  const network = JSON.parse(readFileSync(join(app.home, 'network.json'), 'utf8')) as { gateway: string; podCIDR: string; bridge: string }
  // This machine has no way there: neither the bridge nor a route.
  const here = execFileSync('ip', ['route'], { encoding: 'utf8' })
  expect([here.includes(network.podCIDR), here.includes(network.bridge)]).toEqual([false, false])
  expect(onEngine('ip', 'route')).toContain(`${network.podCIDR} dev ${network.bridge}`)
  // The node is the engine's machine.
  const [node] = (await app.json<{ items: Node[] }>('35', ['get', 'nodes'])).items
  expect(node?.status?.addresses?.find((a) => a.type === 'InternalIP')?.address).toBe(network.gateway)
})
it('a pod reaches a Service by its address and by its name, itself through it, and its node by the node port', async () => {
  const { clusterIP, ports } = (await service()).spec
  for (const url of [`http://${clusterIP}/hostname`, 'http://web/hostname', 'http://web.default.svc.cluster.local/hostname']) await eventually(url, () => from('client', url), (t) => /^[ab]$/.test(t))
  const heard = new Set<string>()
  await eventually('both, from a itself', async () => heard.add(await from('a', 'http://web/hostname')), (h) => h.has('a') && h.has('b'))
  const node = (await app.json<Pod>('35', ['get', 'pod', 'client'])).status?.hostIP
  expect(await from('client', `http://${node}:${ports?.[0]?.nodePort}/hostname`)).toMatch(/^[ab]$/)
})
it('names are answered over UDP and TCP', async () => {
  const { clusterIP } = (await service()).spec
  expect(await inPod('client', 'nslookup', 'web.default.svc.cluster.local')).toContain(clusterIP)
  // A question over TCP by hand: two bytes of length, then the message.
  const program = `const n=require('net'),d=Buffer.from('0007010000010000000000000377656207646566617 56c7403737663 07636c7573746572056c6f63616c0000010001'.replace(/ /g,''),'hex'),h=Buffer.alloc(2);h.writeUInt16BE(d.length);const s=n.connect(53,require('fs').readFileSync('/etc/resolv.conf','utf8').match(/nameserver (\\S+)/)[1],()=>s.write(Buffer.concat([h,d])));s.on('data',b=>{console.log([...b.subarray(-4)].join('.'));s.destroy()})`
  expect(await inPod('client', 'node', '-e', program)).toBe(clusterIP)
})
it('a client in a pod speaks to the API server, by token and the cluster\'s own CA', async () => {
  const program = 'const f=require("fs"),h=require("https"),d="/var/run/secrets/kubernetes.io/serviceaccount/";h.get({host:"kubernetes.default.svc",path:"/version",ca:f.readFileSync(d+"ca.crt"),headers:{authorization:"Bearer "+f.readFileSync(d+"token")}},r=>{let t="";r.on("data",c=>t+=c);r.on("end",()=>console.log(r.statusCode,JSON.parse(t).major))}).on("error",e=>console.log(e.message))'
  expect(await inPod('client', 'node', '-e', program)).toBe('200 1')
})
it('from here: node port, balancer, ingress, proxies, port-forward', async () => {
  const port = (await service()).spec.ports?.[0]?.nodePort
  expect(await eventually('the node port', () => ask(`http://127.0.0.1:${port}/hostname`), (t) => web.test(t))).toMatch(web)
  await create({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'web' }, spec: { rules: [{ host: 'web.example', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] } }] } })
  const at = await eventually('the ingress is served', async () => (await app.json<{ metadata: { annotations?: Record<string, string> } }>('35', ['get', 'ingressclass', 'pilothouse'])).metadata.annotations?.['pilothouse.dev/addresses'] ?? '', (t) => /http:/.test(t))
  const address = /http:\/\/[\w.:]+/.exec(at)?.[0] ?? ''
  expect(await eventually('the ingress', () => ask(`${address}/hostname`, { host: 'web.example' }), (t) => web.test(t))).toMatch(web)
  expect(await app.ok('35', ['get', '--raw', '/api/v1/namespaces/default/services/web:80/proxy/hostname'])).toMatch(/^[ab]$/)
  expect(await app.ok('35', ['get', '--raw', '/api/v1/namespaces/default/pods/a:8080/proxy/hostname'])).toBe('a')
  expect(await forwarded('pod/b', 8080)).toBe('200 b')
})
async function forwarded(what: string, port: number): Promise<string> {
  const { spawn } = await import('node:child_process')
  const child = spawn(join(import.meta.dirname, '../../.cache/kubectl/35/kubectl/kubectl'), ['port-forward', what, `:${port}`], { env: { ...process.env, KUBECONFIG: app.ready.kubeconfig } })
  try {
    const local = await new Promise<string>((resolve) => child.stdout.on('data', (text: Buffer) => { const found = /127\.0\.0\.1:(\d+)/.exec(text.toString()); if (found) resolve(found[1] as string) }))
    return await ask(`http://127.0.0.1:${local}/hostname`)
  } finally {
    child.kill()
  }
}
it('a policy that denies is in force, and goes', async () => {
  const { clusterIP } = (await service()).spec
  const url = `http://${clusterIP}/hostname`
  await create({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'deny' }, spec: { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'] } })
  await eventually('denied', () => from('client', url), (t) => t === 'timeout')
  // A node reaches its own pods: the probes go on.
  await ready('a', 'b')
  await app.ok('35', ['delete', 'networkpolicy', 'deny'])
  expect(await eventually('allowed', () => from('client', url), (t) => /^[ab]$/.test(t))).toMatch(/^[ab]$/)
})
it('a gateway that is killed comes again, and everything with it', async () => {
  const before = await engine.docker.getContainer(`pilothouse-${clusterId(app.home)}-network`).inspect()
  await engine.docker.getContainer(before.Id).kill()
  const port = (await service()).spec.ports?.[0]?.nodePort
  await eventually('the node port', () => ask(`http://127.0.0.1:${port}/hostname`), (t) => web.test(t))
  await eventually('DNS', () => inPod('client', 'nslookup', 'web.default.svc.cluster.local'), (t) => /Address.*10\./.test(t))
  expect(await eventually('the API server', () => from('client', 'https://kubernetes.default.svc/readyz'), (t) => t === 'ok')).toBe('ok')
  await create(pod('late', { app: 'web' }))
  await ready('late')
})
it('100 MB go through without loss, while small requests are answered', async () => {
  const port = (await service()).spec.ports?.[0]?.nodePort
  const megabytes = 100
  const program = `require('net').createServer(s=>{s.on('error',()=>0);let n=${megabytes};const b=Buffer.alloc(1<<20,7);(function w(){while(n-->0)if(!s.write(b))return s.once('drain',w);s.end()})()}).listen(9000)`
  await create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'big', labels: { app: 'big' } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'c', image: AGNHOST, command: ['/bin/node', '-e', program], readinessProbe: { tcpSocket: { port: 9000 }, periodSeconds: 1 } }] } },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'big' }, spec: { type: 'NodePort', selector: { app: 'big' }, ports: [{ port: 9000 }] } })
  await ready('big')
  const bigPort = (await app.json<Service>('35', ['get', 'service', 'big'])).spec.ports?.[0]?.nodePort ?? 0
  await eventually('its endpoint', () => app.ok('35', ['get', 'endpointslices', '-l', 'kubernetes.io/service-name=big', '-o', 'jsonpath={.items[*].endpoints[*].conditions.ready}']), (t) => t === 'true')
  let done = false
  const began = performance.now()
  const all = new Promise<{ bytes: number; wrong: number }>((resolve, reject) => {
    let bytes = 0
    let wrong = 0
    connect({ host: '127.0.0.1', port: bigPort }).on('data', (c: Buffer) => { bytes += c.length; for (let i = 0; i < c.length; i += 997) if (c[i] !== 7) wrong++ }).on('end', () => { done = true; resolve({ bytes, wrong }) }).on('error', reject)
  })
  let small = 0
  while (!done) {
    // On a machine that is busy enough a probe may come too late, and its pod be out of the Service for a moment.
    if (/^200 (?:[ab]|late)$/.test(await ask(`http://127.0.0.1:${port}/hostname`))) small++
  }
  expect(await all).toEqual({ bytes: megabytes << 20, wrong: 0 })
  expect(small).toBeGreaterThan(0)
  console.log(`${megabytes} MB in ${Math.round(performance.now() - began)} ms, ${small} small requests meanwhile`)
})
it('reset takes all of it away', async () => {
  const cluster = clusterId(app.home)
  expect(rules().length).toBeGreaterThan(0)
  await app.stop()
  expect(rules().length).toBeGreaterThan(0)
  const { code, stderr } = await resetHome(app.home, engine.env)
  expect([code, stderr]).toEqual([0, ''])
  expect(await leftOn(engine.docker, cluster)).toEqual([])
  expect(onEngine('iptables-save')).not.toContain(cluster)
})
