/**
 * Field numbers of the messages of admissionregistration/v1 (source: the protobuf tags of the API types, release 1.35).
 * Grammar: see ../fields.ts.
 */
export const admissionregistrationV1: Readonly<Record<string, string>> = {
  AuditAnnotation: 'key=1!s valueExpression=2!s',
  ExpressionWarning: 'fieldRef=2!s warning=3!s',
  MatchCondition: 'name=1!s expression=2!s',
  MatchResources: 'namespaceSelector=1*@meta/v1.LabelSelector objectSelector=2*@meta/v1.LabelSelector resourceRules=3[]@NamedRuleWithOperations excludeResourceRules=4[]@NamedRuleWithOperations matchPolicy=7*s',
  MutatingWebhook: 'name=1!s clientConfig=2@WebhookClientConfig rules=3[]@RuleWithOperations failurePolicy=4*s namespaceSelector=5*@meta/v1.LabelSelector sideEffects=6*s timeoutSeconds=7*i admissionReviewVersions=8[]s matchPolicy=9*s reinvocationPolicy=10*s objectSelector=11*@meta/v1.LabelSelector matchConditions=12[]@MatchCondition',
  MutatingWebhookConfiguration: 'metadata=1@meta/v1.ObjectMeta webhooks=2[]@MutatingWebhook',
  MutatingWebhookConfigurationList: 'metadata=1@meta/v1.ListMeta items=2[]@MutatingWebhookConfiguration',
  NamedRuleWithOperations: 'resourceNames=1[]s =2^@RuleWithOperations',
  ParamKind: 'apiVersion=1s kind=2s',
  ParamRef: 'name=1s namespace=2s selector=3*@meta/v1.LabelSelector parameterNotFoundAction=4*s',
  Rule: 'apiGroups=1[]s apiVersions=2[]s resources=3[]s scope=4*s',
  RuleWithOperations: 'operations=1[]s =2^@Rule',
  ServiceReference: 'namespace=1!s name=2!s path=3*s port=4*i',
  TypeChecking: 'expressionWarnings=1[]@ExpressionWarning',
  ValidatingAdmissionPolicy: 'metadata=1@meta/v1.ObjectMeta spec=2@ValidatingAdmissionPolicySpec status=3@ValidatingAdmissionPolicyStatus',
  ValidatingAdmissionPolicyBinding: 'metadata=1@meta/v1.ObjectMeta spec=2@ValidatingAdmissionPolicyBindingSpec',
  ValidatingAdmissionPolicyBindingList: 'metadata=1@meta/v1.ListMeta items=2[]@ValidatingAdmissionPolicyBinding',
  ValidatingAdmissionPolicyBindingSpec: 'policyName=1s paramRef=2*@ParamRef matchResources=3*@MatchResources validationActions=4[]s',
  ValidatingAdmissionPolicyList: 'metadata=1@meta/v1.ListMeta items=2[]@ValidatingAdmissionPolicy',
  ValidatingAdmissionPolicySpec: 'paramKind=1*@ParamKind matchConstraints=2*@MatchResources validations=3[]@Validation failurePolicy=4*s auditAnnotations=5[]@AuditAnnotation matchConditions=6[]@MatchCondition variables=7[]@Variable',
  ValidatingAdmissionPolicyStatus: 'observedGeneration=1l typeChecking=2*@TypeChecking conditions=3[]@meta/v1.Condition',
  ValidatingWebhook: 'name=1!s clientConfig=2@WebhookClientConfig rules=3[]@RuleWithOperations failurePolicy=4*s namespaceSelector=5*@meta/v1.LabelSelector sideEffects=6*s timeoutSeconds=7*i admissionReviewVersions=8[]s matchPolicy=9*s objectSelector=10*@meta/v1.LabelSelector matchConditions=11[]@MatchCondition',
  ValidatingWebhookConfiguration: 'metadata=1@meta/v1.ObjectMeta webhooks=2[]@ValidatingWebhook',
  ValidatingWebhookConfigurationList: 'metadata=1@meta/v1.ListMeta items=2[]@ValidatingWebhookConfiguration',
  Validation: 'expression=1!s message=2s reason=3*s messageExpression=4s',
  Variable: 'name=1!s expression=2!s',
  WebhookClientConfig: 'service=1*@ServiceReference caBundle=2y url=3*s',
}
