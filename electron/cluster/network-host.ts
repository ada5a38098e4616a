/** How this machine's network is changed: directly where the app is root, else through a helper on the engine, if the engine is of this machine. */
import { hasNetworkHelper, isLocal } from '../kubelet/runtime/capabilities.ts'
import type { ContainerRuntime } from '../kubelet/runtime/types.ts'
import { directHost, type NetworkHost, type NoNetworkHost } from '../kube-proxy/index.ts'

export function networkHost(runtime: ContainerRuntime, uid = process.getuid?.()): NetworkHost | NoNetworkHost {
  if (runtime.name === 'hollow') return { why: 'hollow nodes have no network: Services lead nowhere', expected: true }
  if (!isLocal(runtime)) return { why: 'the container engine is not of this machine (a virtual machine, or elsewhere): Services are not reachable', expected: false }
  if (uid === 0) return directHost
  if (!hasNetworkHelper(runtime)) return { why: 'the network of this machine can be changed by root only: Services are not reachable', expected: false }
  return { how: 'through a helper container', writesSettings: false, run: (command, args, input) => runtime.networkCommand(command, args, input) }
}
