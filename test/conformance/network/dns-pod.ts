/** For the tests of DNS: a pod that asks, and what it is told. */
import { randomBytes } from 'node:crypto'
import type { Pod } from '../../../shared/api/types.ts'
import { AGNHOST, api, create, eventually, kubectl } from '../cluster.ts'

/** A pod that stays, to be asked by `exec`. Resolves when it is ready. */
export async function standing(ns: string, spec: object = {}, metadata: object = {}, container: object = {}): Promise<string> {
  const name = `dns-${randomBytes(4).toString('hex')}`
  await create({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: ns, ...metadata }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: AGNHOST, ...container }], ...spec } })
  await eventually(`${name} is ready`, () => api().get<Pod>(`/api/v1/namespaces/${ns}/pods/${name}`), (p) => p.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false)
  return name
}

/** What a command prints in the pod, both outputs; also when it fails. */
export async function inside(ns: string, pod: string, ...command: string[]): Promise<string> {
  const r = await kubectl(['exec', '-n', ns, pod, '--', ...command])
  return r.stdout + r.stderr
}

/** Addresses that the pod's own resolver (getaddrinfo, with its search list) finds; sorted. An error's code when it finds none. */
export const addresses = async (ns: string, pod: string, name: string): Promise<string[]> => {
  const script = `require('dns').lookup(process.argv[1], { all: true, family: 4 }, (e, list) => console.log(JSON.stringify(e ? [e.code] : list.map((a) => a.address).sort())))`
  return JSON.parse(await inside(ns, pod, 'node', '-e', script, name)) as string[]
}

/** What the pod's DNS server answers to a question of a type, over UDP or TCP; the error's code when it fails. */
export async function answer(ns: string, pod: string, name: string, type: string, tcp = false): Promise<unknown> {
  const udp = `const d = require('dns').promises; const r = new d.Resolver({ timeout: 15_000, tries: 3 }); r.resolve(process.argv[1], process.argv[2]).then((v) => console.log(JSON.stringify(v)), (e) => console.log(JSON.stringify(e.code)))`
  // One question by hand: Node asks by TCP only when an answer does not fit.
  const plain = `const net = require('net'); const server = require('dns').getServers()[0]; const labels = process.argv[1].split('.'); const q = Buffer.concat([Buffer.from([0,7,1,0,0,1,0,0,0,0,0,0]), ...labels.map((l) => Buffer.concat([Buffer.from([l.length]), Buffer.from(l)])), Buffer.from([0,0,1,0,1])]); const s = net.connect(53, server, () => s.write(Buffer.concat([Buffer.from([0, q.length]), q]))); let got = Buffer.alloc(0); s.on('data', (d) => { got = Buffer.concat([got, d]); if (got.length > 1 && got.length >= 2 + got.readUInt16BE(0)) { console.log(JSON.stringify([[...got.subarray(-4)].join('.')])); s.destroy() } }); s.on('error', (e) => console.log(JSON.stringify(e.code)))`
  return JSON.parse(await inside(ns, pod, 'node', '-e', tcp ? plain : udp, name, type))
}
export const settled = (what: string, ask: () => Promise<unknown>, expected: unknown): Promise<unknown> => eventually(what, ask, (found) => JSON.stringify(found) === JSON.stringify(expected))
