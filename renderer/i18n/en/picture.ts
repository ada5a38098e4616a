/** The living diagram, and the cluster at a glance. */
export const picture = {
  'architecture.perSecond': '{{rate}} requests a second',
  'architecture.writesPerSecond': '{{rate}} writes a second',
  'architecture.answersPerSecond': '{{rate}} answers a second',
  'architecture.stepsPerSecond': '{{rate}} decisions a second',
  'architecture.proxy': 'kube-proxy',
  'architecture.proxyWhat': 'Leads the addresses of services to their pods',
  'architecture.dns': 'Cluster DNS',
  'architecture.dnsWhat': 'Turns names of services and pods into addresses',
  'architecture.ingress': 'Ingress',
  'architecture.ingressWhat': 'Lets web requests in, by host and path',
  'architecture.network': 'Pod network',
  'architecture.networkWhat': 'Gives every pod an address that all pods reach',
  'architecture.metrics': 'Metrics',
  'architecture.metricsWhat': 'Measures what nodes and pods use',
  'architecture.logging': 'Logging',
  'architecture.loggingWhat': 'Keeps what containers write',

  'architecture.lately': 'The last requests',
  'architecture.quiet': 'Waits for the next request.',

  'overview.troubles': 'What needs a look',
  'overview.noTroubles': 'Nothing: every workload is as it was asked for.',
} as const
