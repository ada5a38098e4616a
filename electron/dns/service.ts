/** The Service kube-dns, as every cluster has it. */
import type { ClusterNetwork } from '../../shared/cluster-network.ts'
import type { OwnService } from '../client/own-endpoints.ts'

export function kubeDns(network: ClusterNetwork, listening: { readonly address: string; readonly port: number } | undefined): OwnService {
  const port = listening?.port ?? 53
  return {
    namespace: 'kube-system', name: 'kube-dns', address: listening?.address, managedBy: 'dns.pilothouse.dev',
    ports: [{ name: 'dns', port, protocol: 'UDP' }, { name: 'dns-tcp', port, protocol: 'TCP' }],
    service: {
      metadata: { labels: { 'k8s-app': 'kube-dns', 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' } },
      spec: {
        type: 'ClusterIP', clusterIP: network.dnsIP, clusterIPs: [network.dnsIP],
        ports: [{ name: 'dns', port: 53, protocol: 'UDP', targetPort: port }, { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: port }],
      },
    },
  }
}
