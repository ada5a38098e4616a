/**
 * Field numbers of the messages of discovery/v1 (source: the protobuf tags of the API types, release 1.36).
 * Grammar: see ../fields.ts.
 */
export const discoveryV1: Readonly<Record<string, string>> = {
  Endpoint: 'addresses=1[]s conditions=2@EndpointConditions hostname=3*s targetRef=4*@core/v1.ObjectReference deprecatedTopology=5{}s nodeName=6*s zone=7*s hints=8*@EndpointHints',
  EndpointConditions: 'ready=1*b serving=2*b terminating=3*b',
  EndpointHints: 'forZones=1[]@ForZone forNodes=2[]@ForNode',
  EndpointPort: 'name=1*s protocol=2*s port=3*i appProtocol=4*s',
  EndpointSlice: 'metadata=1@meta/v1.ObjectMeta endpoints=2[]@Endpoint ports=3[]@EndpointPort addressType=4!s',
  EndpointSliceList: 'metadata=1@meta/v1.ListMeta items=2[]@EndpointSlice',
  ForNode: 'name=1!s',
  ForZone: 'name=1!s',
}
