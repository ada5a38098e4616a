/**
 * Field numbers of the messages of scheduling/v1 (source: the protobuf tags of the API types, release 1.36).
 * Grammar: see ../fields.ts.
 */
export const schedulingV1: Readonly<Record<string, string>> = {
  PriorityClass: 'metadata=1@meta/v1.ObjectMeta value=2!i globalDefault=3b description=4s preemptionPolicy=5*s',
  PriorityClassList: 'metadata=1@meta/v1.ListMeta items=2[]@PriorityClass',
}
