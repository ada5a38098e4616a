/**
 * Field numbers of the messages of node/v1 (source: the protobuf tags of the API types, release 1.36).
 * Grammar: see ../fields.ts.
 */
export const nodeV1: Readonly<Record<string, string>> = {
  Overhead: 'podFixed=1{}q',
  RuntimeClass: 'metadata=1@meta/v1.ObjectMeta handler=2!s overhead=3*@Overhead scheduling=4*@Scheduling',
  RuntimeClassList: 'metadata=1@meta/v1.ListMeta items=2[]@RuntimeClass',
  Scheduling: 'nodeSelector=1{}s tolerations=2[]@core/v1.Toleration',
}
