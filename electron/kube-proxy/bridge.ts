/**
 * Settings of the pod bridge that Services need, put in place whenever a sandbox has started: each port of the bridge sends a pod's
 * packets back to itself (hairpin), answers to 127.0.0.1 are let in (route_localnet), and the Services' range has a route,
 * so that this machine reaches them without a default route too. All of it goes with the bridge.
 */
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import type { ClusterNetwork } from '../../shared/cluster-network.ts'
import { parseCidr } from '../../shared/ipv4.ts'
import { must, type NetworkHost } from './host.ts'

const NET = '/sys/class/net'
const localnet = (bridge: string): string => `/proc/sys/net/ipv4/conf/${bridge}/route_localnet`
const BRIDGE_CALLS = '/proc/sys/net/bridge/bridge-nf-call-iptables'

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

export interface BridgeState {
  /** There is no bridge before the engine has made the network. */
  readonly present: boolean
  readonly localhostPorts: boolean
  /** Whether bridged packets meet the rules. */
  readonly filtered: boolean
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

/** Puts in place what is not, and says how it is then. A port that goes away meanwhile is passed over. */
export async function prepareBridge(host: NetworkHost, network: Pick<ClusterNetwork, 'bridge' | 'serviceCIDR'>): Promise<BridgeState> {
  const { bridge, serviceCIDR } = network
  const filtered = (await setting(BRIDGE_CALLS)) === '1'
  const ports = await readdir(`${NET}/${bridge}/brif`).catch((e: unknown) => { if (gone(e)) return undefined; throw e })
  if (!ports) return { present: false, localhostPorts: host.writesSettings, filtered }
  for (const port of ports) {
    const mode = `${NET}/${port}/brport/hairpin_mode`
    if ((await setting(mode)) !== '0') continue
    if (host.writesSettings) await writeFile(mode, '1').catch((e: unknown) => { if (!gone(e)) throw e })
    else {
      const { code, stderr } = await host.run('bridge', ['link', 'set', 'dev', port, 'hairpin', 'on'])
      if (code !== 0 && existsSync(mode)) throw new Error(`hairpin mode of ${port} cannot be set: ${stderr.trim()}`)
    }
  }
  if (host.writesSettings && (await setting(localnet(bridge))) === '0') await writeFile(localnet(bridge), '1')
  if (!hasRoute(await readFile('/proc/net/route', 'utf8'), bridge, serviceCIDR)) await must(host, 'ip', ['route', 'replace', serviceCIDR, 'dev', bridge])
  return { present: true, localhostPorts: (await setting(localnet(bridge))) === '1', filtered }
}
