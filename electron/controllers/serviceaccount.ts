/** Each namespace has a ServiceAccount `default` and a ConfigMap with the cluster's CA, from its first moment on. */
import { ConfigMaps, Namespaces, ServiceAccounts } from '../../shared/api/resources.ts'
import type { KubeObject } from '../../shared/api/meta.ts'
import type { Namespace } from '../../shared/api/types.ts'
import { StatusError, isAlreadyExists, isNotFound } from '../../shared/errors.ts'
import { createReconciler } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'

export const DEFAULT_ACCOUNT = 'default'
export const ROOT_CA = 'kube-root-ca.crt'
const DESCRIPTION = { 'kubernetes.io/description': 'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc.' }

const isGoing = (namespace: Namespace): boolean => namespace.metadata.deletionTimestamp !== undefined || namespace.status?.phase === 'Terminating'
/** The namespace may have gone between the look and the write: then there is nothing to do. */
const lostToDeletion = (error: unknown): boolean =>
  isNotFound(error) || isAlreadyExists(error) || (error instanceof StatusError && (error.status.details?.causes ?? []).some((c) => c.reason === 'NamespaceTerminating'))

export function createServiceAccountController({ client, informers, clock }: ControllerContext): Controller {
  const namespaces = informers.informer(Namespaces)
  const accounts = informers.informer(ServiceAccounts)
  const reconciler = createReconciler({
    name: 'serviceaccount-controller',
    concurrency: 2,
    clock,
    async reconcile(name) {
      const namespace = namespaces.get(name)
      if (!namespace || isGoing(namespace) || accounts.get(DEFAULT_ACCOUNT, name)) return
      await client.create(ServiceAccounts, { metadata: { name: DEFAULT_ACCOUNT, namespace: name } }).catch((error: unknown) => {
        if (!lostToDeletion(error)) throw error
      })
    },
  })
  namespaces.addHandlers({ onAdd: (n) => reconciler.queue.add(n.metadata.name), onUpdate: (n) => reconciler.queue.add(n.metadata.name) })
  accounts.addHandlers({
    onDelete: (account) => {
      if (account.metadata.name === DEFAULT_ACCOUNT) reconciler.queue.add(account.metadata.namespace ?? '')
    },
  })
  return { name: 'serviceaccount-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}

/** Publishes `caPem` (PEM text) in each namespace, and puts it back when it was changed or deleted. */
export function createRootCaController({ client, informers, clock }: ControllerContext, caPem: string): Controller {
  const namespaces = informers.informer(Namespaces)
  const maps = informers.informer(ConfigMaps)
  const reconciler = createReconciler({
    name: 'root-ca-certificate-publisher-controller',
    concurrency: 2,
    clock,
    async reconcile(name) {
      const namespace = namespaces.get(name)
      if (!namespace || isGoing(namespace)) return
      const present = maps.get(ROOT_CA, name)
      const data = { 'ca.crt': caPem }
      if (present?.data?.['ca.crt'] === caPem && Object.keys(present.data).length === 1) return
      const write = present
        ? client.update(ConfigMaps, { ...present, data })
        : client.create(ConfigMaps, { metadata: { name: ROOT_CA, namespace: name, annotations: DESCRIPTION }, data })
      await write.catch((error: unknown) => {
        if (!lostToDeletion(error)) throw error
      })
    },
  })
  const changed = (map: KubeObject): void => {
    if (map.metadata.name === ROOT_CA) reconciler.queue.add(map.metadata.namespace ?? '')
  }
  namespaces.addHandlers({ onAdd: (n) => reconciler.queue.add(n.metadata.name), onUpdate: (n) => reconciler.queue.add(n.metadata.name) })
  maps.addHandlers({ onUpdate: changed, onDelete: changed })
  return { name: 'root-ca-certificate-publisher-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
