/**
 * Field numbers of the messages of storage/v1 (source: the protobuf tags of the API types, release 1.36).
 * Grammar: see ../fields.ts.
 */
export const storageV1: Readonly<Record<string, string>> = {
  CSIDriver: 'metadata=1@meta/v1.ObjectMeta spec=2@CSIDriverSpec',
  CSIDriverList: 'metadata=1@meta/v1.ListMeta items=2[]@CSIDriver',
  CSIDriverSpec: 'attachRequired=1*b podInfoOnMount=2*b volumeLifecycleModes=3[]s storageCapacity=4*b fsGroupPolicy=5*s tokenRequests=6[]@TokenRequest requiresRepublish=7*b seLinuxMount=8*b nodeAllocatableUpdatePeriodSeconds=9*l serviceAccountTokenInSecrets=10*b preventPodSchedulingIfMissing=11*b',
  CSINode: 'metadata=1@meta/v1.ObjectMeta spec=2@CSINodeSpec',
  CSINodeDriver: 'name=1!s nodeID=2!s topologyKeys=3[]s allocatable=4*@VolumeNodeResources',
  CSINodeList: 'metadata=1@meta/v1.ListMeta items=2[]@CSINode',
  CSINodeSpec: 'drivers=1[]@CSINodeDriver',
  CSIStorageCapacity: 'metadata=1@meta/v1.ObjectMeta nodeTopology=2*@meta/v1.LabelSelector storageClassName=3!s capacity=4*q maximumVolumeSize=5*q',
  CSIStorageCapacityList: 'metadata=1@meta/v1.ListMeta items=2[]@CSIStorageCapacity',
  StorageClass: 'metadata=1@meta/v1.ObjectMeta provisioner=2!s parameters=3{}s reclaimPolicy=4*s mountOptions=5[]s allowVolumeExpansion=6*b volumeBindingMode=7*s allowedTopologies=8[]@core/v1.TopologySelectorTerm',
  StorageClassList: 'metadata=1@meta/v1.ListMeta items=2[]@StorageClass',
  TokenRequest: 'audience=1!s expirationSeconds=2*l',
  VolumeAttachment: 'metadata=1@meta/v1.ObjectMeta spec=2@VolumeAttachmentSpec status=3@VolumeAttachmentStatus',
  VolumeAttachmentList: 'metadata=1@meta/v1.ListMeta items=2[]@VolumeAttachment',
  VolumeAttachmentSource: 'persistentVolumeName=1*s inlineVolumeSpec=2*@core/v1.PersistentVolumeSpec',
  VolumeAttachmentSpec: 'attacher=1!s source=2@VolumeAttachmentSource nodeName=3!s',
  VolumeAttachmentStatus: 'attached=1!b attachmentMetadata=2{}s attachError=3*@VolumeError detachError=4*@VolumeError',
  VolumeAttributesClass: 'metadata=1@meta/v1.ObjectMeta driverName=2!s parameters=3{}s',
  VolumeAttributesClassList: 'metadata=1@meta/v1.ListMeta items=2[]@VolumeAttributesClass',
  VolumeError: 'time=1t message=2s errorCode=3*i',
  VolumeNodeResources: 'count=1*i',
}
