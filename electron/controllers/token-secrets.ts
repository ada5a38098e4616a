/**
 * Secrets of type kubernetes.io/service-account-token: they are given a token of the account that they name, the CA and the namespace,
 * and go when that account does. Source: Kubernetes documentation, "Managing Service Accounts: token controller".
 */
import { Secrets, ServiceAccounts } from '../../shared/api/resources.ts'
import type { Secret, ServiceAccount } from '../../shared/api/types.ts'
import { isConflict, isNotFound } from '../../shared/errors.ts'
import { createReconciler, keyOf, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'

export const TOKEN_SECRET = 'kubernetes.io/service-account-token'
const ACCOUNT = 'kubernetes.io/service-account.name'
const ACCOUNT_UID = 'kubernetes.io/service-account.uid'

/** Signs a token without an end for an account. */
export type TokenSigner = (claims: { namespace: string; secret: string; serviceAccount: { name: string; uid: string } }) => Promise<string>

const encode = (text: string): string => Buffer.from(text).toString('base64')

export function createTokenSecretController({ client, informers, clock }: ControllerContext, caPem: string, sign: TokenSigner): Controller {
  const secrets = informers.informer(Secrets, { fieldSelector: `type=${TOKEN_SECRET}` })
  const accounts = informers.informer(ServiceAccounts)

  /** A Secret may be seen before its account is: only the server knows that there is none. */
  async function accountOf(secret: Secret): Promise<ServiceAccount | undefined> {
    const { namespace, annotations } = secret.metadata
    const name = annotations?.[ACCOUNT] ?? ''
    const found = accounts.get(name, namespace) ?? (await client.get(ServiceAccounts, name, namespace).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
      return undefined
    }))
    const uid = annotations?.[ACCOUNT_UID]
    return found && (uid === undefined || uid === found.metadata.uid) ? found : undefined
  }

  async function fill(secret: Secret, account: ServiceAccount): Promise<void> {
    const { name, namespace = '', uid = '' } = account.metadata
    const { data = {}, metadata } = secret
    const wanted = { ...data, 'ca.crt': encode(caPem), namespace: encode(namespace), token: data['token'] || encode(await sign({ namespace, secret: metadata.name, serviceAccount: { name, uid } })) }
    if (metadata.annotations?.[ACCOUNT_UID] === uid && (Object.keys(wanted) as (keyof typeof wanted)[]).every((key) => wanted[key] === data[key])) return
    await client.update(Secrets, { ...secret, metadata: { ...metadata, annotations: { ...metadata.annotations, [ACCOUNT_UID]: uid } }, data: wanted })
  }

  const reconciler = createReconciler({
    name: 'serviceaccount-token-controller',
    concurrency: 2,
    clock,
    async reconcile(key) {
      const { namespace, name } = splitKey(key)
      const secret = secrets.get(name, namespace)
      if (!secret || secret.metadata.deletionTimestamp) return
      const account = await accountOf(secret)
      const { uid, resourceVersion } = secret.metadata
      await (account ? fill(secret, account) : client.delete(Secrets, name, namespace, { preconditions: { ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) } })).catch((error: unknown) => {
        // Changed or gone meanwhile: the event of that brings it back here.
        if (!isNotFound(error) && !isConflict(error)) throw error
      })
    },
  })
  const add = (secret: Secret): void => reconciler.queue.add(keyOf(secret))
  const addOf = (account: ServiceAccount): void => {
    for (const secret of secrets.list(account.metadata.namespace)) if (secret.metadata.annotations?.[ACCOUNT] === account.metadata.name) add(secret)
  }
  secrets.addHandlers({ onAdd: add, onUpdate: add })
  accounts.addHandlers({ onDelete: addOf })
  return { name: 'serviceaccount-token-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
