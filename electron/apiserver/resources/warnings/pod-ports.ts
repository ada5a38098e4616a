/** Ports of a pod's containers that mean the same, or hide each other. Source: pkg/api/pod of Kubernetes. */
import type { Container, PodSpec } from '../../../../shared/api/types.ts'

type Port = NonNullable<Container['ports']>[number]
interface Placed { readonly at: string; readonly port: Port }

/** As Go prints the structure. */
const show = (p: Port): string => `{Name:${p.name ?? ''} HostPort:${p.hostPort ?? 0} ContainerPort:${p.containerPort} Protocol:${p.protocol ?? ''} HostIP:${p.hostIP ?? ''}}`

/** What two definitions of one port are to each other; undefined: no trouble. */
function clash({ hostIP: a = '', hostPort: x = 0 }: Port, { hostIP: b = '', hostPort: y = 0 }: Port): string | undefined {
  if (a === b && x === y) return 'duplicate'
  if (x === 0 || y === 0) return 'overlapping'
  return x === y && (a === '') !== (b === '') ? 'dangerously ambiguous' : undefined
}

/** `visit` goes through all containers. */
export function portWarnings(to: string[], spec: PodSpec, visit: (each: (container: Container, at: string) => void) => void): void {
  const byPort = new Map<string, Placed[]>()
  const byName = new Map<string, string>()
  const aside = new Set(spec.initContainers?.filter((c) => c.restartPolicy !== 'Always'))
  const names: string[] = []
  visit((container, at) => {
    container.ports?.forEach((port, i) => {
      const here = `${at}.ports[${i}]`
      if (port.hostIP && !port.hostPort) to.push(`${here}: hostIP set without hostPort: ${show(port)}`)
      const key = `${port.containerPort}/${port.protocol}`
      const others = byPort.get(key)
      for (const other of others ?? []) {
        const what = clash(port, other.port)
        if (what) to.push(`${here}: ${what} port definition with ${other.at}`)
      }
      if (others) others.push({ at: here, port })
      else byPort.set(key, [{ at: here, port }])
      // Those that end before others begin do not share names with them.
      if (!port.name || aside.has(container)) return
      const first = byName.get(port.name)
      if (first === undefined) byName.set(port.name, here)
      else names.push(`${here}: duplicate port name ${JSON.stringify(port.name)} with ${first}, services and probes that select ports by name will use ${first}`)
    })
  })
  to.push(...names)
}
