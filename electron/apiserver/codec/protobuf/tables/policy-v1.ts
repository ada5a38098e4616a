/**
 * Field numbers of the messages of policy/v1 (source: the protobuf tags of the API types, release 1.36).
 * Grammar: see ../fields.ts.
 */
export const policyV1: Readonly<Record<string, string>> = {
  Eviction: 'metadata=1@meta/v1.ObjectMeta deleteOptions=2*@meta/v1.DeleteOptions',
  PodDisruptionBudget: 'metadata=1@meta/v1.ObjectMeta spec=2@PodDisruptionBudgetSpec status=3@PodDisruptionBudgetStatus',
  PodDisruptionBudgetList: 'metadata=1@meta/v1.ListMeta items=2[]@PodDisruptionBudget',
  PodDisruptionBudgetSpec: 'minAvailable=1*o selector=2*@meta/v1.LabelSelector maxUnavailable=3*o unhealthyPodEvictionPolicy=4*s',
  PodDisruptionBudgetStatus: 'observedGeneration=1l disruptedPods=2{}t disruptionsAllowed=3!i currentHealthy=4!i desiredHealthy=5!i expectedPods=6!i conditions=7[]@meta/v1.Condition',
}
