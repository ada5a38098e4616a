/**
 * Certificate requests: a node's is approved where its asker may bring it in, what is approved is signed by the cluster's
 * authority, and what nobody needs any more is cleared away. Everything else waits for a person (`kubectl certificate approve`).
 */
import { CertificateSigningRequests, SubjectAccessReviews } from '../../shared/api/resources.ts'
import type { CertificateSigningRequest } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { isConflict, isNotFound } from '../../shared/errors.ts'
import { createReconciler } from '../client/index.ts'
import { approvedFor, KUBELET_CLIENT, signingFault, SIGNERS, type RequestFacts } from './certificate-rules.ts'
import type { Controller, ControllerContext } from './context.ts'

/** The cluster's authority. Given by the composition root: no controller has its key. */
export interface CertificateSigner {
  /** Rejects when the request cannot be read or is not its key's own. PEM. */
  read(pem: string): Promise<RequestFacts>
  /** The certificate as PEM. */
  sign(pem: string, options: { usages: readonly string[]; seconds: number }): Promise<string>
}

const YEAR_SECONDS = 365 * 24 * 3600
const MIN_SECONDS = 600
const HOUR_MS = 3600_000
/** How long a request stays after it was decided or issued, and while nobody decides. Source: upstream's certificate cleaner. */
const DECIDED_MS = HOUR_MS
const PENDING_MS = 24 * HOUR_MS

const has = (request: CertificateSigningRequest, type: string): boolean => request.status?.conditions?.some((c) => c.type === type) ?? false
const isDecided = (request: CertificateSigningRequest): boolean => has(request, 'Approved') || has(request, 'Denied') || has(request, 'Failed')
const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** When a request is to be cleared away: milliseconds since 1970. */
export function expiry(request: CertificateSigningRequest): number {
  const decided = request.status?.conditions?.flatMap((c) => (c.lastUpdateTime ? [Date.parse(c.lastUpdateTime)] : [])) ?? []
  return decided.length ? Math.max(...decided) + DECIDED_MS : Date.parse(request.metadata.creationTimestamp ?? '') + PENDING_MS
}

export function createCertificateController({ client, informers, clock }: ControllerContext, signer: CertificateSigner): Controller {
  const requests = informers.informer(CertificateSigningRequests)

  const withCondition = (request: CertificateSigningRequest, type: string, reason: string, message: string): CertificateSigningRequest => {
    const now = rfc3339(clock.now())
    return { ...request, status: { ...request.status, conditions: [...(request.status?.conditions ?? []), { type, status: 'True', reason, message, lastUpdateTime: now, lastTransitionTime: now }] } }
  }
  const fail = (request: CertificateSigningRequest, why: string): Promise<unknown> => client.updateStatus(CertificateSigningRequests, withCondition(request, 'Failed', 'SignerValidationFailure', why))

  /** Whether whoever made the request has been given this. */
  const may = async ({ spec: { username, uid, groups, extra } }: CertificateSigningRequest, subresource: string): Promise<boolean> => {
    const asked = await client.create(SubjectAccessReviews, {
      metadata: { name: '' },
      spec: { user: username ?? '', groups: groups ?? [], ...(uid ? { uid } : {}), ...(extra ? { extra } : {}), resourceAttributes: { group: 'certificates.k8s.io', version: '*', resource: 'certificatesigningrequests', subresource, verb: 'create' } },
    })
    return asked.status?.allowed === true
  }
  const decide = async (request: CertificateSigningRequest): Promise<void> => {
    const { signerName, username, usages = [], expirationSeconds } = request.spec
    const pem = Buffer.from(request.spec.request, 'base64').toString()
    if (has(request, 'Denied') || has(request, 'Failed') || request.status?.certificate) return
    const approved = has(request, 'Approved')
    if (!approved && signerName !== KUBELET_CLIENT) return
    let facts: RequestFacts
    try {
      facts = await signer.read(pem)
    } catch (error) {
      if (approved) await fail(request, `unable to parse csr: ${textOf(error)}`)
      return
    }
    const fault = signingFault(signerName, facts, usages)
    if (!approved) {
      const as = approvedFor(signerName, facts, usages, username)
      if (as && (await may(request, as))) {
        const message = `Auto approving ${as === 'selfnodeclient' ? 'self ' : ''}kubelet client certificate after SubjectAccessReview.`
        await client.update(CertificateSigningRequests, withCondition(request, 'Approved', 'AutoApproved', message), { subresource: 'approval' })
      }
      return
    }
    if (fault !== undefined) {
      await fail(request, fault)
      return
    }
    const certificate = await signer.sign(pem, { usages, seconds: Math.min(Math.max(expirationSeconds ?? YEAR_SECONDS, MIN_SECONDS), YEAR_SECONDS) })
    await client.updateStatus(CertificateSigningRequests, { ...request, status: { ...request.status, certificate: Buffer.from(certificate).toString('base64') } })
  }
  const reconciler = createReconciler({
    name: 'certificate-controller',
    concurrency: 2,
    clock,
    async reconcile(name) {
      const request = requests.get(name)
      if (!request) return
      try {
        const left = expiry(request) - clock.now()
        if (left <= 0) return await client.delete(CertificateSigningRequests, name, undefined, { preconditions: { uid: request.metadata.uid ?? '' } })
        reconciler.queue.addAfter(name, left)
        if (SIGNERS.has(request.spec.signerName)) await decide(request)
      } catch (error) {
        if (isNotFound(error)) return
        if (isConflict(error)) return reconciler.queue.addAfter(name, 10)
        throw error
      }
    },
  })
  requests.addHandlers({
    onAdd: (request) => reconciler.queue.add(request.metadata.name),
    onUpdate(request, old) {
      if (isDecided(request) !== isDecided(old) || request.status?.certificate !== old.status?.certificate) reconciler.queue.add(request.metadata.name)
    },
  })
  return { name: 'certificate-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
