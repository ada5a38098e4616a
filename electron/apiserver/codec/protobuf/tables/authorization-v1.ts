/**
 * Field numbers of the messages of authorization/v1 (source: the protobuf tags of the API types, release 1.36).
 * Grammar: see ../fields.ts.
 */
export const authorizationV1: Readonly<Record<string, string>> = {
  FieldSelectorAttributes: 'rawSelector=1s requirements=2[]@meta/v1.FieldSelectorRequirement',
  LabelSelectorAttributes: 'rawSelector=1s requirements=2[]@meta/v1.LabelSelectorRequirement',
  LocalSubjectAccessReview: 'metadata=1@meta/v1.ObjectMeta spec=2@SubjectAccessReviewSpec status=3@SubjectAccessReviewStatus',
  NonResourceAttributes: 'path=1s verb=2s',
  NonResourceRule: 'verbs=1[]s nonResourceURLs=2[]s',
  ResourceAttributes: 'namespace=1s verb=2s group=3s version=4s resource=5s subresource=6s name=7s fieldSelector=8*@FieldSelectorAttributes labelSelector=9*@LabelSelectorAttributes',
  ResourceRule: 'verbs=1[]s apiGroups=2[]s resources=3[]s resourceNames=4[]s',
  SelfSubjectAccessReview: 'metadata=1@meta/v1.ObjectMeta spec=2@SelfSubjectAccessReviewSpec status=3@SubjectAccessReviewStatus',
  SelfSubjectAccessReviewSpec: 'resourceAttributes=1*@ResourceAttributes nonResourceAttributes=2*@NonResourceAttributes',
  SelfSubjectRulesReview: 'metadata=1@meta/v1.ObjectMeta spec=2@SelfSubjectRulesReviewSpec status=3@SubjectRulesReviewStatus',
  SelfSubjectRulesReviewSpec: 'namespace=1s',
  SubjectAccessReview: 'metadata=1@meta/v1.ObjectMeta spec=2@SubjectAccessReviewSpec status=3@SubjectAccessReviewStatus',
  SubjectAccessReviewSpec: 'resourceAttributes=1*@ResourceAttributes nonResourceAttributes=2*@NonResourceAttributes user=3s groups=4[]s extra=5{}x uid=6s',
  SubjectAccessReviewStatus: 'allowed=1!b reason=2s evaluationError=3s denied=4b',
  SubjectRulesReviewStatus: 'resourceRules=1[]@ResourceRule nonResourceRules=2[]@NonResourceRule incomplete=3!b evaluationError=4s',
}
