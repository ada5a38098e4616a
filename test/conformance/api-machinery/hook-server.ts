/** The webhook server of the tests: agnhost's, in a pod behind a Service, with a certificate of its own. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KubeList } from '../../../shared/api/meta.ts'
import type { EndpointSlice } from '../../../shared/api/types.ts'
import { AGNHOST, api, eventually, namespace, ok } from '../cluster.ts'

export const HOOKS = '/apis/admissionregistration.k8s.io/v1'

export interface HookServer {
  readonly namespace: string
  /** Where its Service and its pod are. */
  readonly home: string
  /** Its label alone is on the namespaces that the hooks of this test see. */
  readonly label: Readonly<Record<string, string>>
  readonly caBundle: string
  clientConfig(path: string): object
}

/** Resolves when a Service has an endpoint that is ready. */
export const served = (ns: string, service: string): Promise<unknown> => eventually(`${service} has an endpoint`, () => api().get<KubeList<EndpointSlice>>(`/apis/discovery.k8s.io/v1/namespaces/${ns}/endpointslices?labelSelector=kubernetes.io/service-name%3D${service}`), (l) => l.items.some((s) => s.endpoints?.some((e) => e.conditions?.ready)))

interface Backend { readonly namespace: string; readonly caBundle: string }
/** The server; ready when this resolves. */
async function start(): Promise<Backend> {
  const ns = await namespace({}, () => undefined)
  const folder = mkdtempSync(join(tmpdir(), 'hooks-'))
  const [key, certificate] = [join(folder, 'key'), join(folder, 'crt')]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', certificate, '-days', '1', '-subj', '/CN=hooks', '-addext', `subjectAltName=DNS:e2e-test-webhook.${ns}.svc`], { stdio: 'pipe' })
  const caBundle = readFileSync(certificate).toString('base64')
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'certs' }, type: 'kubernetes.io/tls', data: { 'tls.crt': caBundle, 'tls.key': readFileSync(key).toString('base64') } }
  rmSync(folder, { recursive: true })
  const pod = {
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'webhook', labels: { app: 'webhook' } },
    spec: {
      terminationGracePeriodSeconds: 0, volumes: [{ name: 'certs', secret: { secretName: 'certs' } }],
      containers: [{ name: 'webhook', image: AGNHOST, imagePullPolicy: 'IfNotPresent', args: ['webhook', '--tls-cert-file=/certs/tls.crt', '--tls-private-key-file=/certs/tls.key', '--port=8444'], volumeMounts: [{ name: 'certs', mountPath: '/certs', readOnly: true }], readinessProbe: { httpGet: { scheme: 'HTTPS', path: '/readyz', port: 8444 }, periodSeconds: 1 } }],
    },
  }
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'e2e-test-webhook' }, spec: { selector: { app: 'webhook' }, ports: [{ port: 8443, targetPort: 8444 }] } }
  await ok(['create', '-n', ns, '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [secret, pod, service] }) })
  await ok(['wait', '-n', ns, '--for=condition=Ready', 'pod/webhook', '--timeout=60s'])
  await served(ns, 'e2e-test-webhook')
  return { namespace: ns, caBundle }
}

let backend: Promise<Backend> | undefined
let count = 0
/** A namespace of the test's own, and the server that its hooks lead to: one for all that this process runs, since none changes it. It goes with the cluster. */
export async function hookServer(): Promise<HookServer> {
  const label = { 'e2e-hooks': `h${process.pid}-${count++}` }
  const [{ namespace: home, caBundle }, ns] = await Promise.all([(backend ??= start()), namespace(label)])
  return { namespace: ns, home, label, caBundle, clientConfig: (path) => ({ caBundle, service: { namespace: home, name: 'e2e-test-webhook', path, port: 8443 } }) }
}

export const rule = (operations: string[], resources: string[], apiGroups = [''], apiVersions = ['v1']): object => ({ operations, resources, apiGroups, apiVersions })
export const hook = (server: HookServer, name: string, path: string, rules: object[], more: object = {}): object =>
  ({ name: `${name}.e2e.k8s.io`, sideEffects: 'None', admissionReviewVersions: ['v1'], rules, clientConfig: server.clientConfig(path), namespaceSelector: { matchLabels: server.label }, ...more })

type Kind = 'Mutating' | 'Validating'
export const pathOf = (kind: Kind): string => `${HOOKS}/${kind.toLowerCase()}webhookconfigurations`
/** Deleted when the test has finished. */
export async function configure(kind: Kind, webhooks: object[], clean: (end: () => Promise<void>) => void, labels = {}): Promise<string> {
  const name = `e2e-${process.pid}-${count++}`
  await api().send('POST', pathOf(kind), { apiVersion: 'admissionregistration.k8s.io/v1', kind: `${kind}WebhookConfiguration`, metadata: { name, labels }, webhooks })
  clean(async () => {
    await api().send('DELETE', `${pathOf(kind)}/${name}`).catch((e: Error) => { if (!/ 404 /.test(e.message)) throw e })
  })
  return name
}
