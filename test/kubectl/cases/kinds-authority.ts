/** What `get`, `get -o wide` and `describe` print. Roles, policies and the API itself. */
import { named } from '../objects.ts'
import type { Group } from '../table.ts'

const RBAC = 'rbac.authorization.k8s.io/v1'

export const authority: Group = {
  name: 'kinds: authority and extension', cluster: 'hollow', stories: [
    { about: 'roles', objects: [named(RBAC, 'Role', 'r', { rules: [{ apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list'] }] }), named(RBAC, 'RoleBinding', 'b', { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' }, subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'ann' }, { kind: 'ServiceAccount', name: 'default', namespace: '{ns}' }] })], cases: [
      { run: 'get roles', out: `
NAME   CREATED AT
r      {time}` },
      { run: 'describe role r', out: `
Name:         r
Labels:       <none>
Annotations:  <none>
PolicyRule:
  Resources  Non-Resource URLs  Resource Names  Verbs
  ---------  -----------------  --------------  -----
  pods/log   []                 []              [get list]
  pods       []                 []              [get list]` },
      { run: 'get rolebindings', out: `
NAME   ROLE     AGE
b      Role/r   {age}` },
      { run: 'get rolebinding b -o wide', out: `
NAME   ROLE     AGE   USERS   GROUPS   SERVICEACCOUNTS
b      Role/r   {age}   ann              {ns}/default` },
      { run: 'describe rolebinding b', out: `
Name:         b
Labels:       <none>
Annotations:  <none>
Role:
  Kind:  Role
  Name:  r
Subjects:
  Kind            Name     Namespace
  ----            ----     ---------
  User            ann
  ServiceAccount  default  {ns}` },
    ] },
    { about: 'cluster roles', objects: [named(RBAC, 'ClusterRole', 'cr-{ns}', { rules: [{ nonResourceURLs: ['/healthz'], verbs: ['get'] }] }), named(RBAC, 'ClusterRoleBinding', 'crb-{ns}', { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cr-{ns}' }, subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'people' }] })], cases: [
      { run: 'get clusterrole cr-{ns}', out: `
NAME        CREATED AT
cr-{ns}   {time}` },
      { run: 'describe clusterrole cr-{ns}', out: `
Name:         cr-{ns}
Labels:       <none>
Annotations:  <none>
PolicyRule:
  Resources  Non-Resource URLs  Resource Names  Verbs
  ---------  -----------------  --------------  -----
             [/healthz]         []              [get]` },
      { run: 'get clusterrolebinding crb-{ns}', out: `
NAME         ROLE                    AGE
crb-{ns}   ClusterRole/cr-{ns}   {age}` },
      { run: 'get clusterrolebinding crb-{ns} -o wide', out: `
NAME         ROLE                    AGE   USERS   GROUPS   SERVICEACCOUNTS
crb-{ns}   ClusterRole/cr-{ns}   {age}           people` },
      { run: 'describe clusterrolebinding crb-{ns}', out: `
Name:         crb-{ns}
Labels:       <none>
Annotations:  <none>
Role:
  Kind:  ClusterRole
  Name:  cr-{ns}
Subjects:
  Kind   Name    Namespace
  ----   ----    ---------
  Group  people` },
    ] },
    { about: 'webhooks and policies', objects: [
      named('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'v-{ns}', { webhooks: [] }), named('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', 'm-{ns}', { webhooks: [] }),
      named('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', 'p-{ns}', { spec: { matchConstraints: { resourceRules: [{ apiGroups: ['nowhere.example.com'], apiVersions: ['v1'], resources: ['things'], operations: ['CREATE'] }] }, validations: [{ expression: 'true' }] } }),
      named('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding', 'b-{ns}', { spec: { policyName: 'p-{ns}', validationActions: ['Deny'] } })], cases: [
      { run: 'get validatingwebhookconfiguration v-{ns}', out: `
NAME       WEBHOOKS   AGE
v-{ns}   0          {age}` },
      { run: 'get mutatingwebhookconfiguration m-{ns}', out: `
NAME       WEBHOOKS   AGE
m-{ns}   0          {age}` },
      { run: 'get validatingadmissionpolicy p-{ns}', out: `
NAME       VALIDATIONS   PARAMKIND   AGE
p-{ns}   1             <unset>     {age}` },
      { run: 'get validatingadmissionpolicybinding b-{ns}', out: `
NAME       POLICYNAME   PARAMREF   AGE
b-{ns}   p-{ns}     <unset>    {age}` },
    ] },
    { about: 'the API itself', cases: [
      { run: 'get apiservice v1.apps', out: `
NAME      SERVICE   AVAILABLE   AGE
v1.apps   Local     True        {age}` },
      { run: 'get apiservice v1beta1.metrics.k8s.io', out: `
NAME                     SERVICE   AVAILABLE   AGE
v1beta1.metrics.k8s.io   Local     True        {age}` },
      { run: 'get flowschema exempt', out: `
NAME     PRIORITYLEVEL   MATCHINGPRECEDENCE   DISTINGUISHERMETHOD   AGE   MISSINGPL
exempt   exempt          1                    <none>                {age}   False` },
      { run: 'get prioritylevelconfiguration exempt', out: `
NAME     TYPE     NOMINALCONCURRENCYSHARES   QUEUES   HANDSIZE   QUEUELENGTHLIMIT   AGE
exempt   Exempt   <none>                     <none>   <none>     <none>             {age}` },
      { run: 'get componentstatuses', out: `
NAME                 STATUS    MESSAGE   ERROR
controller-manager   Healthy   ok
scheduler            Healthy   ok
etcd-0               Healthy   ok`, err: 'Warning: v1 ComponentStatus is deprecated in v1.19+', eventually: true },
    ] },
  ],
}
