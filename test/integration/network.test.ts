/** The cluster's network on a real engine: its ranges, the addresses of pods, and what else is there. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Docker from 'dockerode'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClusterNetwork } from '../../shared/cluster-network.ts'
import type { Endpoints, Node, Pod } from '../../shared/api/types.ts'
import { cidrContains, cidrsOverlap, parseCidr, parseIpv4 } from '../../shared/ipv4.ts'
import { Door } from '../door.ts'
import { App, eventually } from './app.ts'
import { BUSYBOX, ensureBusybox } from './busybox.ts'

const docker = new Docker()
const inside = (ip: string | undefined, cidr: string | undefined): boolean => cidrContains(parseCidr(cidr ?? '')!, parseIpv4(ip ?? '') ?? -1)
const planOf = (app: App): ClusterNetwork => JSON.parse(readFileSync(join(app.home, 'network.json'), 'utf8')) as ClusterNetwork
const clusterOf = (app: App): string => readFileSync(join(app.home, 'cluster-id'), 'utf8').trim()
const pods = async (app: App, namespace = 'default'): Promise<Pod[]> => (await app.json<{ items: Pod[] }>('35', ['get', 'pods', '-n', namespace])).items
const running = (app: App, count: number): Promise<Pod[]> =>
  eventually(`${count} pods run`, () => pods(app), (found) => found.filter((p) => p.status?.phase === 'Running' && p.status.podIP && !p.metadata.deletionTimestamp).length === count && found.length === count)
const fetchText = (url: string): Promise<string> => new Promise((resolve) => {
  get(url, { timeout: 5000, agent: false }, (answer) => { answer.resume(); resolve(String(answer.statusCode)) }).on('error', (e) => resolve(e.message))
})
/** A container that runs does not yet listen. */
const answers = (pod: Pod | undefined): Promise<string> => eventually(`pod ${pod?.metadata.name} answers`, () => fetchText(`http://${pod?.status?.podIP}/`), (text) => text === '200')

describe('the pod network', () => {
  let app: App
  beforeAll(async () => { app = await App.start() })
  afterAll(() => app?.dispose())

  it('is made as planned, and says whose it is', async () => {
    const plan = planOf(app)
    const [network] = await docker.listNetworks({ filters: { label: [`dev.pilothouse.cluster=${clusterOf(app)}`] } })
    expect(network).toMatchObject({ IPAM: { Config: [{ Subnet: plan.podCIDR, Gateway: plan.gateway }] }, Labels: { 'dev.pilothouse.service-cidr': plan.serviceCIDR }, Options: { 'com.docker.network.bridge.name': plan.bridge } })
  })
  it('gives the node its share, and each pod an address of it that this machine reaches', async () => {
    const plan = planOf(app)
    const node = await eventually('a podCIDR', () => app.json<Node>('35', ['get', 'node', app.ready.nodes[0] ?? '']), (n) => n.spec?.podCIDR !== undefined)
    expect(inside(node.spec?.podCIDR?.split('/')[0], plan.podCIDR)).toBe(true)
    await app.ok('35', ['create', 'deployment', 'web', '--image=pilothouse.dev/hello:1', '--replicas=3'])
    const made = await running(app, 3)
    for (const pod of made) {
      expect(inside(pod.status?.podIP, node.spec?.podCIDR), pod.status?.podIP).toBe(true)
      await answers(pod)
    }
    expect(new Set(made.map((p) => p.status?.podIP)).size).toBe(3)
  })
  it('leads the Service kubernetes to this machine\'s address on the bridge', async () => {
    const plan = planOf(app)
    const endpoints = await app.json<Endpoints>('35', ['get', 'endpoints', 'kubernetes'])
    expect(endpoints.subsets).toEqual([{ addresses: [{ ip: plan.gateway }], ports: [{ name: 'https', port: Number(new URL(app.ready.apiServer).port), protocol: 'TCP' }] }])
    expect((await app.json<{ spec: { clusterIP: string } }>('35', ['get', 'service', 'kubernetes'])).spec.clusterIP).toBe(plan.apiServerIP)
  })
  it('keeps ranges and addresses over restarts of the app, and gives nobody an address that runs', async () => {
    const before = new Map((await running(app, 3)).map((p) => [p.metadata.name, p.status?.podIP]))
    const plan = planOf(app)
    await app.kill()
    app = await App.start({ home: app.home })
    expect(planOf(app)).toEqual(plan)
    await app.ok('35', ['scale', 'deployment', 'web', '--replicas=6'])
    const after = await running(app, 6)
    for (const [name, ip] of before) expect(after.find((p) => p.metadata.name === name)?.status?.podIP).toBe(ip)
    expect(new Set(after.map((p) => p.status?.podIP)).size).toBe(6)
  })
  it('gives another address where somebody else has the one that was next', async () => {
    const plan = planOf(app)
    const last = Math.max(...(await running(app, 6)).map((p) => Number(p.status?.podIP?.split('.')[3])))
    const share = (await app.json<Node>('35', ['get', 'node', app.ready.nodes[0] ?? ''])).spec?.podCIDR?.split('.').slice(0, 3).join('.')
    const name = `stranger-${clusterOf(app)}`
    const network = `pilothouse-${clusterOf(app)}`
    const stranger = await docker.createContainer({ name, Image: 'pilothouse.dev/pause:1', HostConfig: { NetworkMode: network }, NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: `${share}.${last + 1}` } } } } })
    try {
      await stranger.start()
      await app.ok('35', ['scale', 'deployment', 'web', '--replicas=7'])
      const ips = (await running(app, 7)).map((p) => p.status?.podIP)
      expect(ips).not.toContain(`${share}.${last + 1}`)
      for (const ip of ips) expect(inside(ip, plan.podCIDR)).toBe(true)
    } finally {
      await stranger.remove({ force: true })
    }
  })
})

describe('a range that somebody has', () => {
  it('is not chosen: neither for pods nor for Services, of two clusters that start at once either', async () => {
    const before = (await docker.listNetworks()).flatMap((n) => n.IPAM?.Config ?? []).flatMap((c) => (c as { Subnet?: string }).Subnet ?? [])
    // The first range that is free just now; another cluster of this machine may be quicker.
    const free = [...Array.from({ length: 11 }, (_, i) => 244 + i), ...Array.from({ length: 14 }, (_, i) => 243 - i)].map((n) => `10.${n}.77.0/24`).filter((r) => !before.some((b) => cidrsOverlap(parseCidr(b)!, parseCidr(r)!)))
    let wanted: string
    let users: Docker.Network | undefined
    do {
      wanted = free.shift() ?? ''
      users = await docker.createNetwork({ Name: `users-own-${process.pid}`, IPAM: { Config: [{ Subnet: wanted }] } }).catch((e: Error) => { if (!free.length || !/overlaps/.test(e.message)) throw e; return undefined })
    } while (!users)
    const apps: App[] = []
    try {
      apps.push(...(await Promise.all([App.start(), App.start()])))
      const plans = apps.map(planOf)
      const ranges = [wanted, ...plans.flatMap((p) => [p.podCIDR, p.serviceCIDR])].map((r) => parseCidr(r)!)
      ranges.forEach((a, i) => ranges.slice(i + 1).forEach((b) => expect(cidrsOverlap(a, b), JSON.stringify(plans)).toBe(false)))
      for (const app of apps) {
        await app.ok('35', ['create', 'deployment', 'web', '--image=pilothouse.dev/hello:1'])
        const [pod] = await running(app, 1)
        await answers(pod)
      }
    } finally {
      for (const app of apps) await app.dispose()
      await users.remove()
    }
  })
})

describe('a cluster whose ranges somebody has by the time its engine comes', () => {
  it('moves to others, with what it has: nodes, Services, and what they lead to', async () => {
    const door = new Door()
    // Ranges that no cluster chooses by itself: those of this machine's others come and go.
    const before: ClusterNetwork = { podCIDR: '10.200.0.0/16', serviceCIDR: '10.201.0.0/16', nodeMaskSize: 24, gateway: '10.200.0.1', bridge: `ph-m${process.pid}`, apiServerIP: '10.201.0.1', dnsIP: '10.201.0.10', clusterDomain: 'cluster.local' }
    const home = join(mkdtempSync(join(tmpdir(), 'pilothouse-test-')), 'home')
    mkdirSync(home, { mode: 0o700 })
    writeFileSync(join(home, 'network.json'), JSON.stringify(before))
    const app = await App.start({ home, env: { DOCKER_HOST: `unix://${door.path}` } })
    let others: Docker.Network | undefined
    try {
      await app.ok('35', ['create', 'deployment', 'web', '--image=pilothouse.dev/hello:1'])
      await app.ok('35', ['expose', 'deployment', 'web', '--port=80'])
      const ip = async (name: string, ...more: string[]): Promise<string> => (await app.json<{ spec: { clusterIP: string } }>('35', ['get', 'service', name, ...more])).spec.clusterIP
      const place = (address: string): string => address.split('.').slice(2).join('.')
      const wasAt = await ip('web')
      // As another cluster would have it.
      others = await docker.createNetwork({ Name: `others-${process.pid}`, Labels: { 'dev.pilothouse.cluster': 'another', 'dev.pilothouse.service-cidr': before.serviceCIDR }, IPAM: { Config: [{ Subnet: before.podCIDR }] } })
      await door.open()
      const after = await eventually('the cluster has moved', async () => planOf(app), (plan) => plan.podCIDR !== before.podCIDR && !plan.movedFrom)
      // Its API server starts again meanwhile.
      await eventually('it answers again', () => app.kubectl('35', ['get', '--raw', '/readyz']), ({ code }) => code === 0)
      const [pod] = await running(app, 1)
      expect(after.serviceCIDR).not.toBe(before.serviceCIDR)
      expect(inside(pod?.status?.podIP, after.podCIDR)).toBe(true)
      await answers(pod)
      const isAt = await ip('web')
      expect(inside(isAt, after.serviceCIDR)).toBe(true)
      expect(place(isAt)).toBe(place(wasAt))
      expect([await ip('kubernetes'), await ip('kube-dns', '-n', 'kube-system')]).toEqual([after.apiServerIP, after.dnsIP])
      await eventually('the Service leads to the pod', () => fetchText(`http://${isAt}/`), (text) => text === '200')
      // A pod asks cluster DNS at its new address.
      await ensureBusybox(docker)
      await app.ok('35', ['run', 'asker', `--image=${BUSYBOX}`, '--image-pull-policy=Never', '--restart=Never', '--', 'sh', '-c', `until busybox nslookup web.default.svc.cluster.local | grep ${isAt}; do sleep 1; done`])
      await app.ok('35', ['wait', 'pod/asker', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=100s'])
      expect((await app.json<{ spec: { cidrs: string[] } }>('35', ['get', 'servicecidr', 'kubernetes'])).spec.cidrs).toEqual([after.serviceCIDR])
      const addresses = await eventually('the old addresses are gone', () => app.json<{ items: { metadata: { name: string } }[] }>('35', ['get', 'ipaddresses']), ({ items }) => items.every((a) => inside(a.metadata.name, after.serviceCIDR)))
      expect(addresses.items.map((a) => a.metadata.name)).toContain(isAt)
    } finally {
      await app.dispose()
      door.close()
      await others?.remove()
    }
  })
})

describe('the network of a cluster from before there were plans', () => {
  it('is made anew when it is empty, and used as it is while there is somebody on it', async () => {
    const app = await App.start()
    const id = clusterOf(app)
    // Such a cluster's node has no share yet.
    await app.ok('35', ['delete', 'node', app.ready.nodes[0] ?? ''])
    await app.stop()
    const filters = { filters: { label: [`dev.pilothouse.cluster=${id}`] } }
    const find = async (): Promise<Docker.NetworkInspectInfo | undefined> => (await docker.listNetworks(filters))[0]
    await docker.getNetwork((await find())?.Id ?? '').remove()
    const old = await docker.createNetwork({ Name: `pilothouse-${id}`, Labels: { 'dev.pilothouse.cluster': id, 'dev.pilothouse.kind': 'network' } })
    const oldSubnet = ((await old.inspect()) as Docker.NetworkInspectInfo).IPAM?.Config?.[0]
    rmSync(join(app.home, 'network.json'))
    const tenant = await docker.createContainer({ Image: 'pilothouse.dev/pause:1', HostConfig: { NetworkMode: `pilothouse-${id}` } })
    await tenant.start()
    let again = await App.start({ home: app.home })
    try {
      const plan = planOf(again)
      expect(plan).toMatchObject({ podCIDR: (oldSubnet as { Subnet?: string }).Subnet, serviceCIDR: '10.96.0.0/12' })
      await again.ok('35', ['create', 'deployment', 'web', '--image=pilothouse.dev/hello:1'])
      const [pod] = await running(again, 1)
      expect(inside(pod?.status?.podIP, plan.podCIDR)).toBe(true)
      expect((await find())?.Id).toBe(old.id)
      await again.ok('35', ['delete', 'deployment', 'web'])
      await running(again, 0)
      await tenant.remove({ force: true })
      await again.stop()
      again = await App.start({ home: again.home })
      expect(planOf(again)).toEqual(plan)
      await again.ok('35', ['create', 'deployment', 'web', '--image=pilothouse.dev/hello:1'])
      const [fresh] = await running(again, 1)
      expect(inside(fresh?.status?.podIP, (await again.json<Node>('35', ['get', 'node', again.ready.nodes[0] ?? ''])).spec?.podCIDR)).toBe(true)
      expect((await find())?.Labels).toMatchObject({ 'dev.pilothouse.service-cidr': '10.96.0.0/12' })
    } finally {
      await tenant.remove({ force: true }).catch((e: { statusCode?: number }) => { if (e.statusCode !== 404) throw e })
      await again.dispose()
    }
  })
})
