/**
 * Settings of the pod bridge that Services and policies need, put in place whenever a sandbox has started: packets from one port to
 * another meet the rules (nf_call_iptables), each port sends a pod's packets back to itself (hairpin), answers to 127.0.0.1 are let in
 * (route_localnet), and the Services' range has a route, so that this machine reaches them without a default route too. All of it goes
 * with the bridge; no setting of the whole machine is changed, and no other bridge's.
 */
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import type { ClusterNetwork } from '../../shared/cluster-network.ts'
import { parseCidr } from '../../shared/ipv4.ts'
import { must, type BridgeState, type NetworkHost } from './host.ts'

const NET = '/sys/class/net'
const localnet = (bridge: string): string => `/proc/sys/net/ipv4/conf/${bridge}/route_localnet`
/** Of all bridges; there once the module br_netfilter is. */
const CALLS = '/proc/sys/net/bridge'
const CALLS_OF_ALL = ['bridge-nf-call-iptables', 'bridge-nf-call-ip6tables', 'bridge-nf-call-arptables']
const calls = (bridge: string): string => `${NET}/${bridge}/bridge/nf_call_iptables`

const gone = (e: unknown): boolean => ['ENOENT', 'ENODEV', 'EINVAL'].includes((e as NodeJS.ErrnoException).code ?? '')
/** undefined: it is not there (any more). */
async function setting(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (e) {
    if (gone(e)) return undefined
    throw e
  }
}

/** The hexadecimal spelling of an address in /proc/net/route. */
const routeHex = (first: number): string => [0, 8, 16, 24].map((shift) => (Math.floor(first / 2 ** shift) % 256).toString(16).padStart(2, '0')).join('').toUpperCase()
export function hasRoute(table: string, bridge: string, cidr: string): boolean {
  const range = parseCidr(cidr)
  return range !== undefined && table.split('\n').some((line) => {
    const [name, destination] = line.trim().split(/\s+/)
    return name === bridge && destination === routeHex(range.first)
  })
}

/** The module switches filtering on for every bridge when it is loaded; those of others stay as they were. */
async function loadFilter(host: NetworkHost): Promise<void> {
  const { code } = await host.run('modprobe', ['br_netfilter']).catch(() => ({ code: 1 }))
  if (code === 0) for (const name of CALLS_OF_ALL) await writeFile(`${CALLS}/${name}`, '0').catch((e: unknown) => { if (!gone(e)) throw e })
}

/** Answers what puts in place what is not, and says how it is then. A port that goes away meanwhile is passed over. */
export function bridgeOf(host: NetworkHost, { bridge, serviceCIDR }: Pick<ClusterNetwork, 'bridge' | 'serviceCIDR'>): () => Promise<BridgeState> {
  let asked = false
  const set = async (path: string, value: string, ...command: readonly [string, ...string[]]): Promise<void> => {
    if (host.writesSettings) return writeFile(path, value).catch((e: unknown) => { if (!gone(e)) throw e })
    const [name, ...args] = command
    const { code, stderr } = await host.run(name, args)
    if (code !== 0 && existsSync(path)) throw new Error(`${path} cannot be set to ${value}: ${stderr.trim()}`)
  }
  /** Whether packets from port to port meet the rules. */
  const filter = async (): Promise<boolean> => {
    let all = await setting(`${CALLS}/bridge-nf-call-iptables`)
    if (all === undefined && host.writesSettings && !asked) {
      asked = true
      await loadFilter(host)
      all = await setting(`${CALLS}/bridge-nf-call-iptables`)
    }
    if (all === undefined) return false
    // Also where it is on for all bridges: whoever turns that off shall not turn policies off.
    if ((await setting(calls(bridge))) === '0') await set(calls(bridge), '1', 'ip', 'link', 'set', 'dev', bridge, 'type', 'bridge', 'nf_call_iptables', '1')
    return all === '1' || (await setting(calls(bridge))) === '1'
  }
  return async () => {
    const ports = await readdir(`${NET}/${bridge}/brif`).catch((e: unknown) => { if (gone(e)) return undefined; throw e })
    if (!ports) return { present: false, localhostPorts: host.writesSettings, filtered: true }
    const filtered = await filter()
    for (const port of ports) {
      const mode = `${NET}/${port}/brport/hairpin_mode`
      if ((await setting(mode)) === '0') await set(mode, '1', 'bridge', 'link', 'set', 'dev', port, 'hairpin', 'on')
    }
    if (host.writesSettings && (await setting(localnet(bridge))) === '0') await writeFile(localnet(bridge), '1')
    if (!hasRoute(await readFile('/proc/net/route', 'utf8'), bridge, serviceCIDR)) await must(host, 'ip', ['route', 'replace', serviceCIDR, 'dev', bridge])
    return { present: true, localhostPorts: (await setting(localnet(bridge))) === '1', filtered }
  }
}
