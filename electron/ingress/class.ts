/** The IngressClass `pilothouse`, and which Ingresses are ours. Pure. */
import type { Ingress, IngressClass } from '../../shared/api/types.ts'

export const CLASS = 'pilothouse'
export const CONTROLLER = 'pilothouse.dev/ingress'
export const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class'
/** Where it listens: `http://127.0.0.1:8080 https://127.0.0.1:8443`. */
export const ADDRESSES = 'pilothouse.dev/addresses'
const OLD_CLASS = 'kubernetes.io/ingress.class'

export const newClass = (others: readonly IngressClass[]): IngressClass => ({
  apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass',
  // A user's own default stays the only one.
  metadata: { name: CLASS, annotations: { [DEFAULT_CLASS]: String(!others.some((c) => c.metadata.annotations?.[DEFAULT_CLASS] === 'true')) } },
  spec: { controller: CONTROLLER },
})
export const addressText = ({ http, https }: { http: number; https: number }): string =>
  `http://127.0.0.1${http === 80 ? '' : `:${http}`} https://127.0.0.1${https === 443 ? '' : `:${https}`}`

export function isOurs(ingress: Ingress, classOf: (name: string) => IngressClass | undefined): boolean {
  const name = ingress.spec.ingressClassName ?? ingress.metadata.annotations?.[OLD_CLASS]
  return name !== undefined && (name === CLASS || classOf(name)?.spec?.controller === CONTROLLER)
}

type IngressStatus = NonNullable<Ingress['status']>
/** What its status says once it is served. */
export const servedStatus = (ingress: Ingress, ports: { http: number; https: number }): IngressStatus => ({
  loadBalancer: { ingress: [{ ip: '127.0.0.1', ports: [{ port: ports.http, protocol: 'TCP' }, ...(ingress.spec.tls?.length ? [{ port: ports.https, protocol: 'TCP' }] : [])] }] },
})
