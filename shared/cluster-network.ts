/** What a cluster has to give. */
export interface ClusterRanges {
  /** All pods: `10.244.0.0/16`. Its first /24 belongs to the bridge itself; each node gets one of the next. */
  readonly podCIDR: string
  /** Cluster addresses of Services: `10.96.0.0/16`. */
  readonly serviceCIDR: string
}
/**
 * The ranges and fixed addresses of a cluster's networks. Chosen once for a cluster (another range where one clashes with
 * what the user already has), kept in its data folder, and handed to everything that needs an address.
 */
export interface ClusterNetwork extends ClusterRanges {
  /** Size of a node's share: 24. */
  readonly nodeMaskSize: number
  /** Address of this machine on the pod bridge, where pods reach the API server and cluster DNS: `10.244.0.1`. */
  readonly gateway: string
  /** Interface name of the pod bridge; at most 15 characters. */
  readonly bridge: string
  /** Service `kubernetes` in `default`: the first of the service range. */
  readonly apiServerIP: string
  /** Service `kube-dns` in `kube-system`: the tenth, by custom. */
  readonly dnsIP: string
  /** `cluster.local` */
  readonly clusterDomain: string
  /** These were the ranges until somebody else had them; the store may still have addresses there. Absent: it has none. */
  readonly movedFrom?: ClusterRanges
}
