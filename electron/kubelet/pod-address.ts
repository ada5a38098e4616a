/** Gives a sandbox its address. */
import type { PodRecord } from './pod-record.ts'
import { RuntimeError, type SandboxConfig } from './runtime/types.ts'

/** How long a pod waits for the node to have a range of addresses, in ms. */
const RANGE_TIMEOUT_MS = 5_000
/** Addresses tried before the pod waits for its next turn. */
const ADDRESSES_TRIED = 8

/** Runs the sandbox with an address of the node's range; one that turns out to be taken is another try. */
export async function runWithAddress(r: PodRecord, config: SandboxConfig): Promise<string> {
  const { runtime, network, nodeName } = r.ctx
  if (!network || config.hostNetwork) return runtime.runPodSandbox(config)
  if (!(await network.ready(RANGE_TIMEOUT_MS))) throw new RuntimeError('Timeout', `network is not ready: node ${nodeName} has no podCIDR yet`)
  for (let tried = 1; ; tried++) {
    const ip = network.take(r.uid)
    if (!ip) throw new RuntimeError('CreateFailed', `no address is left in the podCIDR of node ${nodeName}`)
    try {
      return await runtime.runPodSandbox({ ...config, ip })
    } catch (e) {
      if (!(e instanceof RuntimeError) || e.reason !== 'AddressInUse') {
        network.release(r.uid)
        throw e
      }
      network.refuse(r.uid, ip)
      if (tried >= ADDRESSES_TRIED) throw e
    }
  }
}
