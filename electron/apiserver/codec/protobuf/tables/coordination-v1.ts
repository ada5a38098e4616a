/**
 * Field numbers of the messages of coordination/v1 (source: the protobuf tags of the API types, release 1.36).
 * Grammar: see ../fields.ts.
 */
export const coordinationV1: Readonly<Record<string, string>> = {
  Lease: 'metadata=1@meta/v1.ObjectMeta spec=2@LeaseSpec',
  LeaseList: 'metadata=1@meta/v1.ListMeta items=2[]@Lease',
  LeaseSpec: 'holderIdentity=1*s leaseDurationSeconds=2*i acquireTime=3*u renewTime=4*u leaseTransitions=5*i strategy=6*s preferredHolder=7*s',
}
