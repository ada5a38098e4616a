/** Certificates for kubelets: each asks for one of its own name. */
import type { CertificateSigningRequest } from '../../../shared/api/types.ts'
import type { Refusal } from './node-restriction.ts'
import type { AdmissionRequest } from './plugin.ts'

const SIGNERS = new Set(['kubernetes.io/kube-apiserver-client-kubelet', 'kubernetes.io/kubelet-serving'])

export function refuseForeignRequest({ operation, object, user }: AdmissionRequest, no: Refusal): Promise<void> | undefined {
  const spec = (object as CertificateSigningRequest | undefined)?.spec
  if (operation !== 'CREATE' || !spec || !SIGNERS.has(spec.signerName)) return undefined
  return commonNames(Buffer.from(spec.request, 'base64').toString(), no).then((names) => {
    if (names.length !== 1 || names[0] !== user.name) throw no(`can only create a node CSR with CN=${user.name}`)
  })
}

async function commonNames(pem: string, no: Refusal): Promise<readonly string[]> {
  const { subjectField } = await import('./certificate-request.ts')
  try {
    return subjectField(pem, 'CN')
  } catch {
    throw no('unable to parse csr')
  }
}
