/**
 * The ingress controller: serves Ingresses of the class `pilothouse` on this machine, by events alone. Nothing listens and
 * nothing more than Ingresses is watched until there is one.
 */
import type { SecureContext } from 'node:tls'
import { EndpointSlices, IngressClasses, Ingresses, Secrets, Services } from '../../shared/api/resources.ts'
import type { Ingress, Secret } from '../../shared/api/types.ts'
import { healthText } from '../../shared/component-health.ts'
import { isAlreadyExists, isConflict, isNotFound } from '../../shared/errors.ts'
import { logger } from '../../shared/log.ts'
import type { Component, ComponentContext } from '../client/component.ts'
import type { Dial } from '../client/dial.ts'
import { createReconciler, keyOf, splitKey } from '../client/index.ts'
import type { EventRecorder, Informer } from '../client/types.ts'
import { ADDRESSES, addressText, CLASS, isOurs, newClass, servedStatus } from './class.ts'
import { byService, createChooser } from './endpoints.ts'
import { createIngressCounts } from './metrics.ts'
import { compileRoutes, secretFor, tlsSecrets, type Routes } from './routes.ts'
import type { CertificateAndKey, Gateway } from './server.ts'

const log = logger('ingress')
const ALL = '*'

export interface IngressOptions extends ComponentContext {
  readonly events: EventRecorder
  /** A certificate for hosts that bring none. */
  readonly fallback: () => Promise<CertificateAndKey>
  readonly dial?: Dial | undefined
  /** Tried in order; 0 is any. Default: the usual ones, those beside them, any. */
  readonly ports?: { readonly http: readonly number[]; readonly https: readonly number[] }
}
const PORTS = { http: [80, 8080, 0], https: [443, 8443, 0] }
const decoded = (text: string | undefined): string => Buffer.from(text ?? '', 'base64').toString()

export function createIngressController({ client, informers, clock, events, fallback, dial, ports = PORTS }: IngressOptions): Component & { readonly listening: { http: number; https: number } | undefined; metrics(): Promise<string> } {
  const ingresses = informers.informer(Ingresses)
  const classes = informers.informer(IngressClasses)
  let secrets: Informer<Secret> | undefined
  let gateway: Gateway | undefined
  let routes: Routes = compileRoutes([])
  let wanted = new Map<string, string>()
  /** By secret, as long as it is the same object. */
  const contexts = new Map<string, { secret: Secret; context: SecureContext | undefined }>()
  let makeContext: ((pair: CertificateAndKey) => SecureContext) | undefined
  let problem = ''
  const ours = (): Ingress[] => ingresses.list().filter((i) => !i.metadata.deletionTimestamp && isOurs(i, (name) => classes.get(name)))
  const counts = createIngressCounts(() => ours().length)

  function contextFor(serverName: string): SecureContext | undefined {
    const key = secretFor(wanted, serverName)
    if (!key) return undefined
    const { name, namespace } = splitKey(key)
    const secret = secrets?.get(name, namespace)
    const known = contexts.get(key)
    if (!secret || known?.secret === secret) return secret && known?.context
    let context: SecureContext | undefined
    try {
      context = makeContext?.({ certPem: decoded(secret.data?.['tls.crt']), keyPem: decoded(secret.data?.['tls.key']) })
    } catch (error) {
      const ingress = ours().find((i) => i.metadata.namespace === namespace && i.spec.tls?.some((t) => t.secretName === name))
      if (ingress) events.event(ingress, 'Warning', 'BadCertificate', `The secret ${key} holds no certificate and key that fit: ${error instanceof Error ? error.message : String(error)}`)
    }
    contexts.set(key, { secret, context })
    return context
  }

  async function open(): Promise<Gateway> {
    const [{ openGateway, secureContext }, certificate] = await Promise.all([import('./server.ts'), fallback()])
    makeContext = secureContext
    const services = informers.informer(Services)
    const slices = informers.informer(EndpointSlices, { indexers: { ingressService: byService } })
    informers.start()
    await Promise.all([services.synced(), slices.synced()])
    const opened = await openGateway({ routes: () => routes, chooser: createChooser(services, slices), contextFor, fallback: certificate, dial, ports, answered: counts.answered })
    log.info('listening', { http: opened.http, https: opened.https })
    return opened
  }

  async function reconcileClass(): Promise<void> {
    const live = classes.get(CLASS)
    if (!live) return void (await client.create(IngressClasses, newClass(classes.list())).catch((error: unknown) => { if (!isAlreadyExists(error)) throw error }))
    const text = gateway && addressText(gateway)
    if (text && live.metadata.annotations?.[ADDRESSES] !== text) await client.patch(IngressClasses, CLASS, undefined, 'merge', { metadata: { annotations: { [ADDRESSES]: text } } })
  }
  /** The table is made anew: a few hundred rules take less than a millisecond, and come seldom. */
  async function reconcileAll(): Promise<void> {
    const list = ours()
    routes = compileRoutes(list)
    wanted = tlsSecrets(list)
    for (const key of contexts.keys()) if (![...wanted.values()].includes(key)) contexts.delete(key)
    if (wanted.size && !secrets) {
      secrets = informers.informer(Secrets, { fieldSelector: 'type=kubernetes.io/tls' })
      informers.start()
      await secrets.synced()
    }
    if (list.length && !gateway) {
      try {
        gateway = await open()
        problem = ''
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error)
        throw error
      }
      for (const ingress of list) reconciler.queue.add(keyOf(ingress))
    } else if (!list.length && gateway) {
      const closing = gateway
      gateway = undefined
      await closing.close()
    }
    await reconcileClass()
  }
  async function reconcileStatus(key: string): Promise<void> {
    const { name, namespace } = splitKey(key)
    const ingress = ingresses.get(name, namespace)
    if (!ingress || !gateway || !isOurs(ingress, (n) => classes.get(n))) return
    const status = servedStatus(ingress, gateway)
    if (JSON.stringify(ingress.status?.loadBalancer?.ingress ?? []) === JSON.stringify(status.loadBalancer?.ingress)) return
    await client.patch(Ingresses, name, namespace, 'merge', { status }, { subresource: 'status' }).catch((error: unknown) => { if (!isNotFound(error) && !isConflict(error)) throw error })
    events.event(ingress, 'Normal', 'Served', `Served on ${addressText(gateway)}`)
  }
  const reconciler = createReconciler({ name: 'ingress', concurrency: 1, clock, reconcile: (key) => (key === ALL ? reconcileAll() : reconcileStatus(key)) })
  const changed = (ingress: Ingress): void => {
    reconciler.queue.add(ALL)
    reconciler.queue.add(keyOf(ingress))
  }
  const all = (): void => reconciler.queue.add(ALL)
  ingresses.addHandlers({ onAdd: changed, onUpdate: changed, onDelete: all })
  classes.addHandlers({ onAdd: all, onUpdate: all, onDelete: all })
  return {
    name: 'ingress',
    metrics: counts.text,
    get listening() {
      return gateway
    },
    async start() {
      informers.start()
      await informers.synced()
      all()
      reconciler.start()
    },
    async stop() {
      await reconciler.stop()
      await gateway?.close()
      gateway = undefined
    },
    health() {
      if (problem) return { healthy: false, message: healthText('ingress.down', { why: problem }) }
      return { healthy: true, message: gateway ? healthText('ingress', { ingresses: ours().length, address: addressText(gateway) }) : healthText('ingress.waits') }
    },
  }
}
