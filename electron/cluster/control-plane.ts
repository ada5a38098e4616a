/** The boxes at the top of the picture: the store, the API server on it, its doors, and who may pass them. */
import { existsSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import type { KubeObject } from '../../shared/api/meta.ts'
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from '../../shared/api/types.ts'
import { healthText } from '../../shared/component-health.ts'
import type { ComponentHealth, Settings } from '../../shared/ipc.ts'
import { logger } from '../../shared/log.ts'
// Not from auth/index.ts: that would load the JWT library, which most starts never need.
import { bootstrapPolicy, nodeRules } from '../apiserver/auth/bootstrap-policy.ts'
import { ISSUER, openId } from '../apiserver/auth/issuer.ts'
import { createNodeAuthorizer, rulesFault, unionAuthorizer } from '../apiserver/auth/node-authorizer.ts'
import { createNodeGraph } from '../apiserver/auth/node-graph.ts'
import { createRbacAuthorizer, type RbacAuthorizer } from '../apiserver/auth/rbac.ts'
import { serveHttps, type ServeHandle } from '../apiserver/https.ts'
import { createOpenApi } from '../apiserver/openapi/index.ts'
import { kinds } from '../apiserver/resources/index.ts'
import { loadDescriptions, loadSchemas } from '../apiserver/schema/load.ts'
import type { AuditPolicy } from '../apiserver/audit-policy.ts'
import type { DialEndpoint } from '../apiserver/connect/reach.ts'
import { createApiServer, type PilothouseApiServer, storeCodec } from '../apiserver/server.ts'
import { moveRanges } from '../apiserver/services/move-ranges.ts'
import { createClientFactory } from '../client/index.ts'
import type { ClientFactory } from '../client/types.ts'
import { openStore } from '../etcd/store.ts'
import type { Store } from '../etcd/types.ts'
import type { LegacyTokenIssuer } from '../apiserver/auth/legacy-tokens.ts'
import { withoutObjects } from './audit-entry.ts'
import { createAuditLog } from './audit-log.ts'
import { createAuditView, type AuditView } from './audit-view.ts'
import type { BuildContext } from './context.ts'
import { credentials } from './credentials.ts'
import { forgetMove } from './network.ts'
import { certificateSigner, type CertificateAndKey, ensurePki, issueClientCertificate, issueServingCertificate, type Pki, servingNames, writeKubeconfig } from './pki/index.ts'
import { STANDARD_CLASS } from './storage.ts'
import { kubernetesVersion } from './version.ts'

const RBAC = 'rbac.authorization.k8s.io'

export interface ControlPlane {
  readonly server: PilothouseApiServer
  readonly clients: ClientFactory
  /** `https://127.0.0.1:6443` */
  readonly url: string
  readonly caPem: string
  /** A certificate for the ingress controller, for hosts that bring none. */
  ingressCertificate(): Promise<CertificateAndKey>
  /** The same door on another address, such as that of the pod bridge, under the same port. Rejects while the address is not there. `listen`: who listens where that is another machine's. */
  serveOn(host: string, listen?: (port: number, accept: (socket: Duplex) => void) => Promise<{ close(): Promise<void> }>): Promise<ServeHandle>
  /** Signs certificate requests with the cluster's authority. */
  readonly signer: ReturnType<typeof certificateSigner>
  /** Signs tokens that live in Secrets. */
  readonly signToken: LegacyTokenIssuer
  /** What the audit log says, for the dashboard. */
  readonly audit: AuditView
  /** Sizes and rates of the store. */
  readonly store: Pick<Store<KubeObject>, 'revision' | 'compactRevision' | 'stats'>
  /** How much of what objects were is kept, from now on. */
  keepPast(past: Settings['keptPast']): Promise<void>
  health(): readonly ComponentHealth[]
}

/** @param audited told of each audit event, as JSON. @param dialEndpoint to addresses of the cluster, where they are not this machine's */
export async function startControlPlane(context: BuildContext, audited: (event: string) => void, dialEndpoint?: DialEndpoint, auditPolicy?: AuditPolicy): Promise<ControlPlane> {
  const { data, state, teardown, options, network } = context
  // Neither needs the other; making keys and reading the log take about as long.
  const [pki, store] = await Promise.all([
    state.step('certificates', () => ensurePki(data.pki, Date.now(), servingNames(network))),
    state.step('etcd', () => openClusterStore(context)),
  ])
  if (network.movedFrom) {
    const objects = await moveRanges(store, network.movedFrom, network)
    logger('network').warning('The ranges of the cluster were taken when its network was to be made: its addresses have moved', { objects, pods: `${network.movedFrom.podCIDR} to ${network.podCIDR}`, services: `${network.movedFrom.serviceCIDR} to ${network.serviceCIDR}` })
    forgetMove(data, network)
  }
  return state.step('kube-apiserver', async () => {
    const { server, authenticator, signToken, audit } = await createServer(context, store, pki, audited, dialEndpoint, auditPolicy)
    teardown.add('kube-apiserver', () => server.close())
    // The port is a guess that nearly always holds: the door opens when there is a policy to hold it.
    const guess = options.port || undefined
    const at = { serviceIP: network.apiServerIP, address: network.gateway }
    await server.bootstrap({ ...at, objects: [...bootstrapPolicy(), STANDARD_CLASS, extensionAuthentication(pki.ca.certPem)], ...(guess ? { port: guess } : {}) })
    const tls = { cert: pki.serving.certPem, key: pki.serving.keyPem, ca: pki.ca.certPem }
    const door = await serveHttps({ server, port: options.port, tls, authenticator })
    teardown.add('kube-apiserver HTTPS', () => door.close())
    if (door.port !== guess) await server.bootstrap({ ...at, port: door.port })
    const url = `https://127.0.0.1:${door.port}`
    await writeKubeconfig(data.kubeconfig, { server: url, caPem: pki.ca.certPem, certPem: pki.admin.certPem, keyPem: pki.admin.keyPem })
    logger('kube-apiserver').info('listening', { url })
    const serveOn: ControlPlane['serveOn'] = (host, listen) => serveHttps({ server, port: door.port, exactPort: true, host, tls, authenticator, through: listen && ((accept) => listen(door.port, accept)) })
    return { server, clients: createClientFactory(server), url, caPem: pki.ca.certPem, serveOn, ingressCertificate: () => issueServingCertificate(pki, 'Pilothouse Ingress', { dns: ['localhost', '*.localhost'], ip: ['127.0.0.1'] }), signer: certificateSigner(pki, context.clock), signToken, audit, store, keepPast: ({ hours, megabytes }) => store.keepPast({ milliseconds: hours * 3600_000, bytes: megabytes * 2 ** 20 }), health: () => planeHealth(server, store) }
  })
}

/** The name in the certificate by which extension servers know that the API server speaks, and not a user. */
const FRONT_PROXY = 'front-proxy-client'

/** What extension servers read to know whom they may believe. Source: Kubernetes documentation, "Configure the Aggregation Layer". */
const extensionAuthentication = (caPem: string): KubeObject => ({
  apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'extension-apiserver-authentication', namespace: 'kube-system' },
  data: {
    'client-ca-file': caPem, 'requestheader-client-ca-file': caPem, 'requestheader-allowed-names': JSON.stringify([FRONT_PROXY]),
    'requestheader-username-headers': '["X-Remote-User"]', 'requestheader-group-headers': '["X-Remote-Group"]', 'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]', 'requestheader-uid-headers': '["X-Remote-Uid"]',
  },
} as KubeObject)

async function openClusterStore({ data, teardown }: BuildContext): Promise<Store<KubeObject>> {
  const etcd = logger('etcd')
  if (existsSync(`${data.etcd}.new`)) await (await import('../etcd/restore.ts')).settleRestore(data.etcd)
  const store = await openStore<KubeObject>({ directory: data.etcd, codec: storeCodec, log: (level, message, fields) => etcd[level](message, fields) })
  teardown.add('etcd', () => store.close())
  const { setAside, tornTail, keys, milliseconds } = store.loadReport
  if (setAside.length) etcd.error('Damaged files were set aside; what could be read of the rest was kept', { files: setAside.join(', ') })
  if (tornTail) etcd.info('A record that a crash cut off was dropped; it had not been acknowledged')
  etcd.info('The store is open', { keys, milliseconds })
  return store
}

async function createServer({ options, data, teardown, clock, network }: BuildContext, store: Store<KubeObject>, pki: Pki, audited: (event: string) => void, dialEndpoint: DialEndpoint | undefined, auditPolicy: AuditPolicy | undefined) {
  const schemas = loadSchemas(options.resources)
  let server: PilothouseApiServer | undefined
  const rbac = createRbacAuthorizer({
    clusterRoleBindings: () => roles.clusterRoleBindings.list(),
    roleBindings: (namespace) => roles.roleBindings.list(namespace),
    clusterRole: (name) => roles.clusterRoles.get(name),
    role: (namespace, name) => roles.roles.get(name, namespace),
  })
  const graph = createNodeGraph(store)
  teardown.add('node authorizer', () => graph.stop())
  const authorizer = unionAuthorizer([createNodeAuthorizer(graph, nodeRules), rbac])
  const accounts = credentials(pki, clock, (resource, namespace, name) => server?.lister('', resource).get(name, namespace))
  const audit = createAuditLog({ directory: data.audit, clock })
  teardown.add('audit log', () => audit.stop())
  teardown.add('audit events', audit.listen((line) => audited(withoutObjects(line))))
  // Made when the first extension server is asked.
  let proxy: ReturnType<typeof issueClientCertificate> | undefined
  server = await createApiServer({
    store, schemas, kinds, clock, authorizer, dialEndpoint, serviceCIDR: network.serviceCIDR,
    authenticator: accounts.authenticator,
    tokenIssuer: accounts.issue,
    proxyCertificate: () => (proxy ??= issueClientCertificate(pki, FRONT_PROXY)),
    audit, auditPolicy,
    openId: openId(pki.serviceAccount.publicPem),
    rulesFor(user, namespace) {
      const [found, fault] = [rbac.rulesFor(user, namespace), rulesFault(user)]
      return fault === undefined ? found : { ...found, incomplete: true, fault }
    },
    openApi: (served, known, told) => createOpenApi({ kinds: served, schemas: known, descriptions: () => loadDescriptions(options.resources), told }),
    freeze: process.env['PILOTHOUSE_FREEZE'] === '1',
    flags: {
      'anonymous-auth': 'true', 'authorization-mode': '[Node,RBAC]', 'audit-log-path': `${data.audit}/audit.log`, 'client-ca-file': `${data.pki}/ca.crt`, 'enable-priority-and-fairness': 'true', 'secure-port': String(options.port),
      'service-account-issuer': `[${ISSUER}]`, 'service-cluster-ip-range': network.serviceCIDR,
    },
    version: { ...kubernetesVersion, gitCommit: '', gitTreeState: 'clean', buildDate: '1970-01-01T00:00:00Z', goVersion: `node${process.versions.node}`, compiler: 'v8', platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}` },
  })
  const roles = rbacListers(server, rbac)
  return { server, authenticator: accounts.authenticator, signToken: accounts.signToken, audit: createAuditView(audit, clock) }
}

function rbacListers(server: PilothouseApiServer, authorizer: RbacAuthorizer) {
  const listers = {
    clusterRoleBindings: server.lister<ClusterRoleBinding>(RBAC, 'clusterrolebindings'),
    roleBindings: server.lister<RoleBinding>(RBAC, 'rolebindings'),
    clusterRoles: server.lister<ClusterRole>(RBAC, 'clusterroles'),
    roles: server.lister<Role>(RBAC, 'roles'),
  }
  // The server ends these watches itself when it closes.
  for (const lister of Object.values(listers)) lister.onChange(() => authorizer.invalidate())
  return listers
}

function planeHealth(server: PilothouseApiServer, store: Store<KubeObject>): ComponentHealth[] {
  const failed = [...server.readyChecks].map(([name, check]) => ({ name, problem: check() })).filter((c) => c.problem !== undefined)
  const { keys, segments } = store.stats()
  return [
    { name: 'etcd', healthy: store.problem === undefined, message: store.problem ?? healthText('etcd', { keys, segments, revision: store.revision }) },
    { name: 'kube-apiserver', healthy: failed.length === 0, message: failed.map((c) => `${c.name}: ${c.problem}`).join('; ') || healthText('ready') },
  ]
}
