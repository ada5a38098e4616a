/**
 * Field numbers of the messages of autoscaling/v1 (source: the protobuf tags of the API types, release 1.36).
 * Grammar: see ../fields.ts.
 */
export const autoscalingV1: Readonly<Record<string, string>> = {
  CrossVersionObjectReference: 'kind=1!s name=2!s apiVersion=3s',
  HorizontalPodAutoscaler: 'metadata=1@meta/v1.ObjectMeta spec=2@HorizontalPodAutoscalerSpec status=3@HorizontalPodAutoscalerStatus',
  HorizontalPodAutoscalerList: 'metadata=1@meta/v1.ListMeta items=2[]@HorizontalPodAutoscaler',
  HorizontalPodAutoscalerSpec: 'scaleTargetRef=1@CrossVersionObjectReference minReplicas=2*i maxReplicas=3!i targetCPUUtilizationPercentage=4*i',
  HorizontalPodAutoscalerStatus: 'observedGeneration=1*l lastScaleTime=2*t currentReplicas=3!i desiredReplicas=4!i currentCPUUtilizationPercentage=5*i',
  Scale: 'metadata=1@meta/v1.ObjectMeta spec=2@ScaleSpec status=3@ScaleStatus',
  ScaleSpec: 'replicas=1i',
  ScaleStatus: 'replicas=1!i selector=2s',
}
