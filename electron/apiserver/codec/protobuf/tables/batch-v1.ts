/**
 * Field numbers of the messages of batch/v1 (source: the protobuf tags of the API types, release 1.36).
 * Grammar: see ../fields.ts.
 */
export const batchV1: Readonly<Record<string, string>> = {
  CronJob: 'metadata=1@meta/v1.ObjectMeta spec=2@CronJobSpec status=3@CronJobStatus',
  CronJobList: 'metadata=1@meta/v1.ListMeta items=2[]@CronJob',
  CronJobSpec: 'schedule=1!s startingDeadlineSeconds=2*l concurrencyPolicy=3s suspend=4*b jobTemplate=5@JobTemplateSpec successfulJobsHistoryLimit=6*i failedJobsHistoryLimit=7*i timeZone=8*s',
  CronJobStatus: 'active=1[]@core/v1.ObjectReference lastScheduleTime=4*t lastSuccessfulTime=5*t',
  Job: 'metadata=1@meta/v1.ObjectMeta spec=2@JobSpec status=3@JobStatus',
  JobCondition: 'type=1!s status=2!s lastProbeTime=3t lastTransitionTime=4t reason=5s message=6s',
  JobList: 'metadata=1@meta/v1.ListMeta items=2[]@Job',
  JobSpec: 'parallelism=1*i completions=2*i activeDeadlineSeconds=3*l selector=4*@meta/v1.LabelSelector manualSelector=5*b template=6@core/v1.PodTemplateSpec backoffLimit=7*i ttlSecondsAfterFinished=8*i completionMode=9*s suspend=10*b podFailurePolicy=11*@PodFailurePolicy backoffLimitPerIndex=12*i maxFailedIndexes=13*i podReplacementPolicy=14*s managedBy=15*s successPolicy=16*@SuccessPolicy',
  JobStatus: 'conditions=1[]@JobCondition startTime=2*t completionTime=3*t active=4i succeeded=5i failed=6i completedIndexes=7s uncountedTerminatedPods=8*@UncountedTerminatedPods ready=9*i failedIndexes=10*s terminating=11*i',
  JobTemplateSpec: 'metadata=1@meta/v1.ObjectMeta spec=2@JobSpec',
  PodFailurePolicy: 'rules=1[]@PodFailurePolicyRule',
  PodFailurePolicyOnExitCodesRequirement: 'containerName=1*s operator=2!s values=3[]i',
  PodFailurePolicyOnPodConditionsPattern: 'type=1!s status=2!s',
  PodFailurePolicyRule: 'action=1!s onExitCodes=2*@PodFailurePolicyOnExitCodesRequirement onPodConditions=3[]@PodFailurePolicyOnPodConditionsPattern',
  SuccessPolicy: 'rules=1[]@SuccessPolicyRule',
  SuccessPolicyRule: 'succeededIndexes=1*s succeededCount=2*i',
  UncountedTerminatedPods: 'succeeded=1[]s failed=2[]s',
}
