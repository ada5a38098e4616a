/**
 * Field numbers of the messages of certificates/v1 (source: the protobuf tags of the API types, release 1.36).
 * Grammar: see ../fields.ts.
 */
export const certificatesV1: Readonly<Record<string, string>> = {
  CertificateSigningRequest: 'metadata=1@meta/v1.ObjectMeta spec=2@CertificateSigningRequestSpec status=3@CertificateSigningRequestStatus',
  CertificateSigningRequestCondition: 'type=1!s reason=2s message=3s lastUpdateTime=4t lastTransitionTime=5t status=6!s',
  CertificateSigningRequestList: 'metadata=1@meta/v1.ListMeta items=2[]@CertificateSigningRequest',
  CertificateSigningRequestSpec: 'request=1!y username=2s uid=3s groups=4[]s usages=5[]s extra=6{}x signerName=7!s expirationSeconds=8*i',
  CertificateSigningRequestStatus: 'conditions=1[]@CertificateSigningRequestCondition certificate=2y',
}
