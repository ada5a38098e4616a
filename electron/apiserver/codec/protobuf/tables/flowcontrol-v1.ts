/**
 * Field numbers of the messages of flowcontrol/v1 (source: the protobuf tags of the API types, release 1.36).
 * Grammar: see ../fields.ts.
 */
export const flowcontrolV1: Readonly<Record<string, string>> = {
  ExemptPriorityLevelConfiguration: 'nominalConcurrencyShares=1*i lendablePercent=2*i',
  FlowDistinguisherMethod: 'type=1!s',
  FlowSchema: 'metadata=1@meta/v1.ObjectMeta spec=2@FlowSchemaSpec status=3@FlowSchemaStatus',
  FlowSchemaCondition: 'type=1s status=2s lastTransitionTime=3t reason=4s message=5s',
  FlowSchemaList: 'metadata=1@meta/v1.ListMeta items=2[]@FlowSchema',
  FlowSchemaSpec: 'priorityLevelConfiguration=1@PriorityLevelConfigurationReference matchingPrecedence=2!i distinguisherMethod=3*@FlowDistinguisherMethod rules=4[]@PolicyRulesWithSubjects',
  FlowSchemaStatus: 'conditions=1[]@FlowSchemaCondition',
  GroupSubject: 'name=1!s',
  LimitResponse: 'type=1!s queuing=2*@QueuingConfiguration',
  LimitedPriorityLevelConfiguration: 'nominalConcurrencyShares=1*i limitResponse=2@LimitResponse lendablePercent=3*i borrowingLimitPercent=4*i',
  NonResourcePolicyRule: 'verbs=1[]s nonResourceURLs=6[]s',
  PolicyRulesWithSubjects: 'subjects=1[]@Subject resourceRules=2[]@ResourcePolicyRule nonResourceRules=3[]@NonResourcePolicyRule',
  PriorityLevelConfiguration: 'metadata=1@meta/v1.ObjectMeta spec=2@PriorityLevelConfigurationSpec status=3@PriorityLevelConfigurationStatus',
  PriorityLevelConfigurationCondition: 'type=1s status=2s lastTransitionTime=3t reason=4s message=5s',
  PriorityLevelConfigurationList: 'metadata=1@meta/v1.ListMeta items=2[]@PriorityLevelConfiguration',
  PriorityLevelConfigurationReference: 'name=1!s',
  PriorityLevelConfigurationSpec: 'type=1!s limited=2*@LimitedPriorityLevelConfiguration exempt=3*@ExemptPriorityLevelConfiguration',
  PriorityLevelConfigurationStatus: 'conditions=1[]@PriorityLevelConfigurationCondition',
  QueuingConfiguration: 'queues=1!i handSize=2!i queueLengthLimit=3!i',
  ResourcePolicyRule: 'verbs=1[]s apiGroups=2[]s resources=3[]s clusterScope=4b namespaces=5[]s',
  ServiceAccountSubject: 'namespace=1!s name=2!s',
  Subject: 'kind=1!s user=2*@UserSubject group=3*@GroupSubject serviceAccount=4*@ServiceAccountSubject',
  UserSubject: 'name=1!s',
}
