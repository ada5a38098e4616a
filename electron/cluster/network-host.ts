/** How the network of the engine's machine is changed: directly where that is this one and the app is root, else through a helper on the engine. */
import { healthText } from '../../shared/component-health.ts'
import { hasMachine, hasNetworkHelper, isLocal, type Machine, type NetworkHelperCommands } from '../kubelet/runtime/capabilities.ts'
import type { ContainerRuntime } from '../kubelet/runtime/types.ts'
import { directHost, type BridgeState, type NetworkHost, type NoNetworkHost } from '../kube-proxy/index.ts'

/** As a shell says that there is no such program. */
const NO_PROGRAM = 127
const NO_IPTABLES = healthText('proxy.noIptables')

export function networkHost(runtime: ContainerRuntime, uid = process.getuid?.()): NetworkHost | NoNetworkHost {
  if (runtime.name === 'hollow') return { why: healthText('proxy.hollow'), expected: true }
  if (hasMachine(runtime) && runtime.gateway && hasNetworkHelper(runtime)) return farHost(runtime)
  if (!isLocal(runtime)) return { why: healthText('proxy.noHelper'), expected: false }
  if (uid === 0) return directHost
  if (!hasNetworkHelper(runtime)) return { why: healthText('proxy.rootOnly'), expected: false }
  return { how: healthText('how.helper'), writesSettings: false, run: (command, args, input) => runtime.networkCommand(command, args, input) }
}

/** The engine's machine is another one: a virtual machine on this one, or elsewhere. */
function farHost(runtime: Machine & NetworkHelperCommands): NetworkHost {
  let asked = false
  const look = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await runtime.machineCommand(['bridge', ...args])
    if (code !== 0) throw new Error(`the pods' bridge cannot be set up: ${stderr.trim()}`)
    return stdout.trim()
  }
  return {
    how: healthText('how.far'),
    writesSettings: false,
    async run(command, args, input) {
      const result = await runtime.networkCommand(command, args, input)
      if (result.code === NO_PROGRAM && command.startsWith('iptables')) throw Object.assign(new Error(NO_IPTABLES), { code: 'ENOENT' })
      return result
    },
    async prepareBridge({ bridge, serviceCIDR }): Promise<BridgeState> {
      let state = await look(bridge, serviceCIDR)
      if (state === 'present unloaded' && !asked) {
        asked = true
        const { code } = await runtime.networkCommand('modprobe', ['br_netfilter'])
        if (code === 0) state = await look(bridge, serviceCIDR, '/host')
      }
      return { present: state !== 'absent', localhostPorts: false, filtered: state === 'absent' || state === 'present filtered' }
    },
  }
}
