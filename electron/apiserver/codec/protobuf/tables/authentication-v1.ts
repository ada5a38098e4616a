/**
 * Field numbers of the messages of authentication/v1 (source: the protobuf tags of the API types, release 1.36).
 * Grammar: see ../fields.ts.
 */
export const authenticationV1: Readonly<Record<string, string>> = {
  BoundObjectReference: 'kind=1s apiVersion=2s name=3s uid=4s',
  SelfSubjectReview: 'metadata=1@meta/v1.ObjectMeta status=2@SelfSubjectReviewStatus',
  SelfSubjectReviewStatus: 'userInfo=1@UserInfo',
  TokenRequest: 'metadata=1@meta/v1.ObjectMeta spec=2@TokenRequestSpec status=3@TokenRequestStatus',
  TokenRequestSpec: 'audiences=1[]s boundObjectRef=3*@BoundObjectReference expirationSeconds=4*l',
  TokenRequestStatus: 'token=1!s expirationTimestamp=2!t',
  TokenReview: 'metadata=1@meta/v1.ObjectMeta spec=2@TokenReviewSpec status=3@TokenReviewStatus',
  TokenReviewSpec: 'token=1s audiences=2[]s',
  TokenReviewStatus: 'authenticated=1b user=2@UserInfo error=3s audiences=4[]s',
  UserInfo: 'username=1s uid=2s groups=3[]s extra=4{}x',
}
