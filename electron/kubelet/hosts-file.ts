/** The managed `/etc/hosts` of a pod: pure. Source: kubernetes pkg/kubelet/kubelet_pods.go (managedHostsFileContent, nodeHostsFileContent). */
import type { Pod } from '../../shared/api/types.ts'
import type { PodNames } from './pod-names.ts'

type Aliases = Pod['spec']['hostAliases']

function aliasLines(aliases: Aliases): string {
  if (!aliases?.length) return ''
  return ['', '# Entries added by HostAliases.', ...aliases.map((a) => [a.ip, ...(a.hostnames ?? [])].join('\t')), ''].join('\n')
}

/** Of a pod with a network of its own. `ips`: the pod's addresses. */
export function podHostsFile(ips: readonly string[], names: PodNames, aliases: Aliases): string {
  const lines = [
    '# Kubernetes-managed hosts file.', '127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback', 'fe00::0\tip6-localnet', 'fe00::0\tip6-mcastprefix', 'fe00::1\tip6-allnodes', 'fe00::2\tip6-allrouters',
    ...ips.map((ip) => [ip, ...(names.fqdn ? [names.fqdn] : []), names.hostname].join('\t')),
  ]
  return `${lines.join('\n')}\n${aliasLines(aliases)}`
}

/** Of a pod on the network of the host: the host's own file and the aliases. */
export const hostNetworkHostsFile = (hosts: string, aliases: Aliases): string => `# Kubernetes-managed hosts file (host network).\n${hosts}${aliasLines(aliases)}`
