/**
 * Field numbers of the messages of apiregistration/v1 (source: the protobuf tags of the API types, release 1.36).
 * Grammar: see ../fields.ts.
 */
export const apiregistrationV1: Readonly<Record<string, string>> = {
  APIService: 'metadata=1@meta/v1.ObjectMeta spec=2@APIServiceSpec status=3@APIServiceStatus',
  APIServiceCondition: 'type=1!s status=2!s lastTransitionTime=3t reason=4s message=5s',
  APIServiceList: 'metadata=1@meta/v1.ListMeta items=2[]@APIService',
  APIServiceSpec: 'service=1*@ServiceReference group=2s version=3s insecureSkipTLSVerify=4b caBundle=5y groupPriorityMinimum=7!i versionPriority=8!i',
  APIServiceStatus: 'conditions=1[]@APIServiceCondition',
  ServiceReference: 'namespace=1s name=2s port=3*i',
}
