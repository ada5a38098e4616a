/**
 * The plan of the cluster's network: chosen at the first start from what the host and the engine show, then kept. On the engine
 * it is reserved at once, by making the Docker network, so that clusters that start at the same time do not choose the same.
 * Where no engine answers at the first start nothing can be reserved: if somebody else has the ranges when one does, or when a
 * network that was removed is to be made again, others are chosen.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { ClusterNetwork } from '../../shared/cluster-network.ts'
import { cidrsOverlap, parseCidr } from '../../shared/ipv4.ts'
import { logger } from '../../shared/log.ts'
import { type EngineNetworks, hasEngineNetworks, hasMachine } from '../kubelet/runtime/capabilities.ts'
import { RuntimeError, type ContainerRuntime } from '../kubelet/runtime/types.ts'
import { choosePlan, HOLLOW_POD_CIDR, hostRanges, LEGACY_SERVICE_CIDR, parsePlan, routeRanges } from '../network/index.ts'
import type { DataDirectory } from './data-directory.ts'

const log = logger('network')
const chosen = (plan: ClusterNetwork): ClusterNetwork => {
  log.info('The ranges of the cluster are chosen', { pods: plan.podCIDR, services: plan.serviceCIDR, bridge: plan.bridge })
  return plan
}
/** Others may choose at the same time; each try passes over what was lost to them. */
const ATTEMPTS = 16
/** A first start waits for it. */
const ROUTES_LIMIT_MS = 10_000
type Found = Awaited<ReturnType<EngineNetworks['findNetworks']>>

/** Throws when the file is there and is none: guessing another plan would cut off what runs. */
function readPlan(file: string): ClusterNetwork | undefined {
  if (!existsSync(file)) return undefined
  const plan = parsePlan(readFileSync(file, 'utf8'))
  if (!plan) throw new Error(`${file} does not hold the plan of a network: put the file back from a copy, or reset the cluster.`)
  return plan
}
function writePlan(file: string, plan: ClusterNetwork): ClusterNetwork {
  writeFileSync(`${file}.new`, `${JSON.stringify(plan, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
  return plan
}

/** What cannot be chosen any more: a store that is older than its plan has Services in the old range; a network in use has its subnet. */
export function fixedRanges(hasStore: boolean, own: Found['own']): NonNullable<Parameters<typeof choosePlan>[0]['fixed']> {
  const serviceCIDR = own?.serviceCIDR ?? (hasStore ? LEGACY_SERVICE_CIDR : undefined)
  return { ...(serviceCIDR ? { serviceCIDR } : {}), ...(own ? { podCIDR: own.subnet, gateway: own.gateway, bridge: own.bridge } : {}) }
}

/**
 * Resolves with the plan, made and kept at the first call. Rejects when no range is free or the file cannot be read.
 * @param routes the ranges that this machine has a way to, but for bridges of those names
 */
export async function planNetwork(data: DataDirectory, runtime: ContainerRuntime, routes: typeof hostRanges = hostRanges): Promise<ClusterNetwork> {
  const kept = readPlan(data.network)
  if (kept) return kept
  const { clusterId } = data
  const hasStore = existsSync(data.etcd)
  if (!hasEngineNetworks(runtime)) return chosen(writePlan(data.network, choosePlan({ clusterId, taken: [], fixed: { ...fixedRanges(hasStore, undefined), podCIDR: HOLLOW_POD_CIDR } })))
  const lost: string[] = []
  for (;;) {
    const found = await runtime.findNetworks().catch((error: unknown) => {
      log.warning('The engine cannot be asked for its networks: the ranges are chosen by what this machine shows', { error })
      return undefined
    })
    const plan = choosePlan({ clusterId, taken: [...await takenRanges(runtime, found, routes), ...lost], fixed: fixedRanges(hasStore, found?.own) })
    if (!found || found.own || (await reserve(runtime, plan, lost))) return chosen(writePlan(data.network, plan))
  }
}

/** Everything that somebody has, as far as it can be seen. */
async function takenRanges(runtime: ContainerRuntime, found: Found | undefined, routes: typeof hostRanges): Promise<string[]> {
  const own = found?.own ? [found.own.bridge] : []
  return [...routes(own), ...(found ? await farRoutes(runtime, own) : []), ...(found?.taken ?? [])]
}

/**
 * Another plan for a cluster whose network is not on the engine, and cannot be made there because somebody has its ranges. Its Services
 * keep their range unless another cluster has that too: then they move. The new plan is reserved and kept before this resolves. The old
 * one where nothing is wrong with it any more, or the engine has gone again.
 */
export async function planAgain(data: DataDirectory, runtime: ContainerRuntime, routes: typeof hostRanges = hostRanges): Promise<ClusterNetwork> {
  const old = readPlan(data.network)
  if (!old || !hasEngineNetworks(runtime)) return planNetwork(data, runtime, routes)
  const lost: string[] = []
  for (;;) {
    const found = await runtime.findNetworks().catch((error: unknown) => {
      log.warning('The engine cannot be asked for its networks: the ranges of the cluster stay', { error })
      return undefined
    })
    if (!found || found.own) return old
    const taken = [...await takenRanges(runtime, found, routes), ...lost]
    const next = another(data, old, taken)
    if (!next) return old
    // What was not moved yet comes from where it was first.
    const plan: ClusterNetwork = { ...next, movedFrom: old.movedFrom ?? { podCIDR: old.podCIDR, serviceCIDR: old.serviceCIDR } }
    if (await reserve(runtime, plan, lost)) return chosen(writePlan(data.network, plan))
  }
}
/** undefined: none is left. A cluster without a network still has its API, and tells of each pod why it does not start. */
function another({ clusterId }: DataDirectory, old: ClusterNetwork, taken: readonly string[]): ClusterNetwork | undefined {
  try {
    return choosePlan({ clusterId, taken, fixed: { bridge: old.bridge, ...(mayMove(old.serviceCIDR, taken) ? {} : { serviceCIDR: old.serviceCIDR }) } })
  } catch (error) {
    log.error('The network of the cluster cannot be made, and there is no other range for it', { error })
    return undefined
  }
}
/** The wide range of old clusters has no other of its size; it overlaps with those of all others anyway. */
const mayMove = (serviceCIDR: string, taken: readonly string[]): boolean => {
  const range = parseCidr(serviceCIDR)
  return serviceCIDR !== LEGACY_SERVICE_CIDR && range !== undefined && taken.some((text) => { const other = parseCidr(text); return other !== undefined && cidrsOverlap(range, other) })
}

/** To be called when the store has no address in the old ranges any more. */
export function forgetMove(data: DataDirectory, network: ClusterNetwork): void {
  writePlan(data.network, { ...network, movedFrom: undefined })
}

/** The ranges that the engine's machine has a way to, where that is another one. */
async function farRoutes(runtime: ContainerRuntime, without: readonly string[]): Promise<string[]> {
  if (!hasMachine(runtime) || !runtime.gateway) return []
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error(`no answer within ${ROUTES_LIMIT_MS / 1000} s`)), ROUTES_LIMIT_MS) })
  try {
    const { code, stdout, stderr } = await Promise.race([runtime.machineCommand(['cat', '/proc/net/route']), late])
    if (code !== 0) throw new Error(stderr.trim())
    return routeRanges(stdout, without)
  } catch (error) {
    log.warning('The engine\'s machine cannot be asked for its routes: the ranges are chosen without', { error: error as Error })
    return []
  } finally {
    clearTimeout(timer)
  }
}

/**
 * True: the plan holds. False: somebody was quicker, choose again.
 * @param lost where its range is added then: an engine does not list a network that it is making, so nothing else tells
 */
async function reserve(runtime: EngineNetworks, plan: ClusterNetwork, lost: string[]): Promise<boolean> {
  try {
    await runtime.ensureNetwork(plan)
  } catch (error) {
    // It is made later, before the first pod; until then the plan is as good as the machine let it be.
    if (lost.length >= ATTEMPTS || !(error instanceof RuntimeError && error.reason === 'AddressInUse')) {
      log.warning('The network cannot be made yet', { error })
      return true
    }
    lost.push(plan.podCIDR)
    return false
  }
  return true
}
