import { describe, expect, it } from 'vitest'
import { create, eventually, namespace } from '../cluster.ts'
import { ownPort } from '../../ports.ts'
import { client, HTTP, meets, meetsByUdp, meetsEach, podReady, server, servers, UDP } from './traffic.ts'

describe('every pod reaches every pod', () => {
  const world = async (): Promise<{ from: string; peers: Map<string, string> }> => {
    const ns = await namespace()
    const peers = await servers(ns, { app: 'peer' }, 'peer1', 'peer2')
    return { from: await client(), peers }
  }
  it('intra-pod http', async () => {
    const { from, peers } = await world()
    for (const [name, ip] of peers) expect(await meetsEach(name, () => meets(from, ip, HTTP), [name])).toEqual(new Set([name]))
  })
  it('intra-pod udp', async () => {
    const { from, peers } = await world()
    for (const [name, ip] of peers) expect(await meetsEach(name, () => meetsByUdp(from, ip, UDP), [name])).toEqual(new Set([name]))
  })
})

describe('the node reaches every pod', () => {
  /** A pod on the machine's own network; its server has a port that nobody else has. */
  const world = async (): Promise<{ peers: Map<string, string>; from: string }> => {
    const port = await ownPort()
    const ns = await namespace()
    const peers = await servers(ns, { app: 'peer' }, 'peer1', 'peer2')
    const host = server(ns, 'host', {}, { hostNetwork: true }, []) as { spec: { containers: { args: string[]; readinessProbe: object }[] } }
    Object.assign(host.spec.containers[0] ?? {}, { args: ['netexec', `--http-port=${port}`, `--udp-port=${port}`], readinessProbe: { httpGet: { path: '/healthz', port }, periodSeconds: 1 } })
    await create(host)
    const ready = await podReady(ns, 'host')
    return { peers, from: `http://${ready.status?.hostIP}:${port}` }
  }
  const dial = async (from: string, ip: string, port: number, protocol: string): Promise<string[]> =>
    ((await (await fetch(`${from}/dial?host=${ip}&port=${port}&protocol=${protocol}&request=hostname&tries=1`)).json()) as { responses: string[] }).responses
  it('node-pod http', async () => {
    const { peers, from } = await world()
    for (const [name, ip] of peers) expect(await eventually(name, () => dial(from, ip, HTTP, 'http'), (r) => r.length > 0)).toEqual([name])
  })
  it('node-pod udp', async () => {
    const { peers, from } = await world()
    for (const [name, ip] of peers) expect(await eventually(name, () => dial(from, ip, UDP, 'udp'), (r) => r.length > 0)).toEqual([name])
  })
})
