/**
 * CertificateApproval, CertificateSigning, CertificateSubjectRestriction: who approves or signs a request needs the verb
 * `approve` or `sign` on its signer, and nobody gets a certificate of the masters' group that way.
 * Source: Kubernetes documentation, "Certificates and Certificate Signing Requests".
 */
import type { CertificateSigningRequest } from '../../../shared/api/types.ts'
import { forbidden } from '../../../shared/errors.ts'
import { jsonEqual } from '../json.ts'
import type { Authorizer, UserInfo } from '../types.ts'
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts'

const GROUP = 'certificates.k8s.io'
const RESOURCE = `${GROUP}/certificatesigningrequests`
const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client'
const MASTERS = 'system:masters'

/** Whether the user may do so with this signer, or with all of its domain. */
function may(authorizer: Authorizer, user: UserInfo, verb: string, signer: string): boolean {
  const ask = (name: string): boolean => authorizer.authorize({ user, verb, group: GROUP, version: '*', resource: 'signers', subresource: '', name, namespace: '', path: '' }).allowed
  return ask(signer) || ask(`${signer.split('/')[0]}/*`)
}

function demand(authorizer: Authorizer | undefined, { user, kind, old, name }: AdmissionRequest, verb: string): void {
  const signer = (old as CertificateSigningRequest).spec.signerName
  if (authorizer && !may(authorizer, user, verb, signer)) throw forbidden(kind, name, `user not permitted to ${verb} requests with signerName ${JSON.stringify(signer)}`)
}

const failedOf = (o: unknown): unknown => (o as CertificateSigningRequest).status?.conditions?.filter((c) => c.type === 'Failed')

/** @param authorizer absent: everybody may (tests) */
export const certificatePlugins = (authorizer: Authorizer | undefined): AdmissionPlugin[] => [
  {
    name: 'CertificateApproval',
    resources: [`${RESOURCE}/approval`],
    operations: ['UPDATE'],
    validate(request) {
      demand(authorizer, request, 'approve')
      return undefined
    },
  },
  {
    name: 'CertificateSigning',
    resources: [`${RESOURCE}/status`],
    operations: ['UPDATE'],
    validate(request) {
      const { object, old } = request
      const issued = (o: unknown): unknown => (o as CertificateSigningRequest).status?.certificate
      if (issued(object) !== issued(old) || !jsonEqual(failedOf(object), failedOf(old))) demand(authorizer, request, 'sign')
      return undefined
    },
  },
  {
    name: 'CertificateSubjectRestriction',
    resources: [RESOURCE],
    operations: ['CREATE'],
    validate({ object, kind, name }) {
      const { spec } = object as CertificateSigningRequest
      return spec.signerName === CLIENT_SIGNER ? refuseMasters(Buffer.from(spec.request, 'base64').toString(), () => forbidden(kind, name, `use of ${CLIENT_SIGNER} signer with ${MASTERS} group is not allowed`)) : undefined
    },
  },
]

async function refuseMasters(pem: string, refusal: () => Error): Promise<void> {
  const { subjectField } = await import('./certificate-request.ts')
  let organizations: string[]
  try {
    organizations = subjectField(pem, 'O')
  } catch {
    return // What cannot be read is no certificate of anybody; its signer will say so.
  }
  if (organizations.includes(MASTERS)) throw refusal()
}
