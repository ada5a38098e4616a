/**
 * Field numbers of the messages of rbac/v1 (source: the protobuf tags of the API types, release 1.36).
 * Grammar: see ../fields.ts.
 */
export const rbacV1: Readonly<Record<string, string>> = {
  AggregationRule: 'clusterRoleSelectors=1[]@meta/v1.LabelSelector',
  ClusterRole: 'metadata=1@meta/v1.ObjectMeta rules=2[]@PolicyRule aggregationRule=3*@AggregationRule',
  ClusterRoleBinding: 'metadata=1@meta/v1.ObjectMeta subjects=2[]@Subject roleRef=3@RoleRef',
  ClusterRoleBindingList: 'metadata=1@meta/v1.ListMeta items=2[]@ClusterRoleBinding',
  ClusterRoleList: 'metadata=1@meta/v1.ListMeta items=2[]@ClusterRole',
  PolicyRule: 'verbs=1[]s apiGroups=2[]s resources=3[]s resourceNames=4[]s nonResourceURLs=5[]s',
  Role: 'metadata=1@meta/v1.ObjectMeta rules=2[]@PolicyRule',
  RoleBinding: 'metadata=1@meta/v1.ObjectMeta subjects=2[]@Subject roleRef=3@RoleRef',
  RoleBindingList: 'metadata=1@meta/v1.ListMeta items=2[]@RoleBinding',
  RoleList: 'metadata=1@meta/v1.ListMeta items=2[]@Role',
  RoleRef: 'apiGroup=1!s kind=2!s name=3!s',
  Subject: 'kind=1!s apiGroup=2s name=3!s namespace=4s',
}
