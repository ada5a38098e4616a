/** What a cluster is asked about itself: explain, api-resources, api-versions, cluster-info, version, auth. */
import { named } from '../objects.ts'
import type { Group } from '../table.ts'

const RBAC = 'rbac.authorization.k8s.io/v1'

export const ask: Group = {
  name: 'ask', cluster: 'hollow', stories: [
    { about: 'explain', cases: [
      { run: 'explain cm.data', out: `
KIND:       ConfigMap
VERSION:    v1

FIELD: data <map[string]string>


DESCRIPTION:
    Data contains the configuration data. Each key must consist of alphanumeric
    characters, '-', '_' or '.'. Values with non-UTF-8 byte sequences must use
    the BinaryData field. The keys stored in Data must not overlap with the keys
    in the BinaryData field, this is enforced during validation process.

`, until: { 28: [[`FIELD: data <map[string]string>
`, 'FIELD: data <map[string]string>']] } },
      { run: 'explain ingress.spec.rules.http.paths', out: `
GROUP:      networking.k8s.io
KIND:       Ingress
VERSION:    v1

FIELD: paths <[]HTTPIngressPath>


DESCRIPTION:
    paths is a collection of paths that map requests to backends.
    HTTPIngressPath associates a path with a backend. Incoming urls matching the
    path are forwarded to the backend.

FIELDS:
  backend	<IngressBackend> -required-
    backend defines the referenced service endpoint to which the traffic will be
    forwarded to.

  path	<string>
    path is matched against the path of an incoming request. Currently it can
    contain characters disallowed from the conventional "path" part of a URL as
    defined by RFC 3986. Paths must begin with a '/' and must be present when
    using PathType with value "Exact" or "Prefix".

  pathType	<string> -required-
  enum: Exact, ImplementationSpecific, Prefix
    pathType determines the interpretation of the path matching. PathType can be
    one of the following values: * Exact: Matches the URL path exactly. *
    Prefix: Matches based on a URL path prefix split by '/'. Matching is   done
    on a path element by element basis. A path element refers is the   list of
    labels in the path split by the '/' separator. A request is a   match for
    path p if every p is an element-wise prefix of p of the   request path. Note
    that if the last element of the path is a substring   of the last element in
    request path, it is not a match (e.g. /foo/bar   matches /foo/bar/baz, but
    does not match /foo/barbaz). * ImplementationSpecific: Interpretation of the
    Path matching is up to   the IngressClass. Implementations can treat this as
    a separate PathType   or treat it identically to Prefix or Exact path types.
    Implementations are required to support all path types.

    Possible enum values:
     - \`"Exact"\`
     - \`"ImplementationSpecific"\`
     - \`"Prefix"\`

`, until: { 28: [[`FIELD: paths <[]HTTPIngressPath>
`, 'FIELD: paths <[]HTTPIngressPath>'], ['  enum: Exact, ImplementationSpecific, Prefix\n', '']] } },
            { run: 'explain pod.spec.containers.image', out: `
KIND:       Pod
VERSION:    v1

FIELD: image <string>


DESCRIPTION:
    Container image name. More info:
    https://kubernetes.io/docs/concepts/containers/images This field is optional
    to allow higher level config management to default or override container
    images in workload controllers like Deployments and StatefulSets.

`, until: { 28: [[`FIELD: image <string>
`, 'FIELD: image <string>']] } },
      { run: 'explain pdb.spec.selector --recursive', out: `
GROUP:      policy
KIND:       PodDisruptionBudget
VERSION:    v1

FIELD: selector <LabelSelector>


DESCRIPTION:
    Label query over pods whose evictions are managed by the disruption budget.
    A null selector will match no pods, while an empty ({}) selector will select
    all pods within the namespace.
    A label selector is a label query over a set of resources. The result of
    matchLabels and matchExpressions are ANDed. An empty label selector matches
    all objects. A null label selector matches no objects.

FIELDS:
  matchExpressions	<[]LabelSelectorRequirement>
    key	<string> -required-
    operator	<string> -required-
    values	<[]string>
  matchLabels	<map[string]string>
`, until: { 28: [[`FIELD: selector <LabelSelector>
`, 'FIELD: selector <LabelSelector>']] } },
      { run: 'explain pod.spec.restartPolicy', out: `
KIND:       Pod
VERSION:    v1

FIELD: restartPolicy <string>
ENUM:
    Always
    Never
    OnFailure

DESCRIPTION:
    Restart policy for all containers within the pod. One of Always, OnFailure,
    Never. In some contexts, only a subset of those values may be permitted.
    Default to Always. More info:
    https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy

    Possible enum values:
     - \`"Always"\`
     - \`"Never"\`
     - \`"OnFailure"\`
`, until: { 28: [['ENUM:\n    Always\n    Never\n    OnFailure\n', '']] } },
      { run: 'explain deploy.spec.strategy', out: `
GROUP:      apps
KIND:       Deployment
VERSION:    v1

FIELD: strategy <DeploymentStrategy>


DESCRIPTION:
    The deployment strategy to use to replace existing pods with new ones.
    DeploymentStrategy describes how to replace existing pods with new ones.

FIELDS:
  rollingUpdate	<RollingUpdateDeployment>
    Rolling update config params. Present only if DeploymentStrategyType =
    RollingUpdate.

  type	<string>
  enum: Recreate, RollingUpdate
    Type of deployment. Can be "Recreate" or "RollingUpdate". Default is
    RollingUpdate.

    Possible enum values:
     - \`"Recreate"\`
     - \`"RollingUpdate"\`

`, until: { 28: [[`FIELD: strategy <DeploymentStrategy>
`, 'FIELD: strategy <DeploymentStrategy>'], ['  enum: Recreate, RollingUpdate\n', '']] } },
      { run: 'explain pod.spec.restartPolicy --output=plaintext-openapiv2', since: 32, out: `
KIND:     Pod
VERSION:  v1

FIELD:    restartPolicy <string>

DESCRIPTION:
     Restart policy for all containers within the pod. One of Always, OnFailure,
     Never. In some contexts, only a subset of those values may be permitted.
     Default to Always. More info:
     https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy

     Possible enum values:
     - \`"Always"\`
     - \`"Never"\`
     - \`"OnFailure"\`` },
      { run: 'explain hpa.spec.maxReplicas --api-version=autoscaling/v1', out: `
GROUP:      autoscaling
KIND:       HorizontalPodAutoscaler
VERSION:    v1

FIELD: maxReplicas <integer>


DESCRIPTION:
    maxReplicas is the upper limit for the number of pods that can be set by the
    autoscaler; cannot be smaller than MinReplicas.

`, until: { 28: [[`FIELD: maxReplicas <integer>

`, `FIELD: maxReplicas <integer>
`]] } },
      { run: 'explain pod.spec.nosuch', out: `
KIND:       Pod
VERSION:    v1
`, err: 'error: field "nosuch" does not exist', code: 1 },
      { run: 'explain nosuch', err: `the server doesn't have a resource type "nosuch"`, code: 1 },
      { run: 'explain', err: 'error: You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.', code: 1 },
    ] },
    { about: 'the API', cases: [
      { run: 'api-resources --api-group=apps', out: `
NAME                  SHORTNAMES   APIVERSION   NAMESPACED   KIND
controllerrevisions                apps/v1      true         ControllerRevision
daemonsets            ds           apps/v1      true         DaemonSet
deployments           deploy       apps/v1      true         Deployment
replicasets           rs           apps/v1      true         ReplicaSet
statefulsets          sts          apps/v1      true         StatefulSet` },
      { run: 'api-resources --api-group=batch -o wide', out: `
NAME       SHORTNAMES   APIVERSION   NAMESPACED   KIND      VERBS                                                        CATEGORIES
cronjobs   cj           batch/v1     true         CronJob   create,delete,deletecollection,get,list,patch,update,watch   all
jobs                    batch/v1     true         Job       create,delete,deletecollection,get,list,patch,update,watch   all` },
      { run: 'api-resources --api-group=policy --no-headers', out: 'poddisruptionbudgets   pdb   policy/v1   true   PodDisruptionBudget' },
      { run: 'api-resources --namespaced=false --api-group=rbac.authorization.k8s.io -o name', out: `
clusterrolebindings.rbac.authorization.k8s.io
clusterroles.rbac.authorization.k8s.io` },
      { run: 'api-resources --verbs=deletecollection --api-group=apps --sort-by=kind -o name', out: `
controllerrevisions.apps
daemonsets.apps
deployments.apps
replicasets.apps
statefulsets.apps` },
      { run: 'api-resources --categories=all --api-group=apps -o name', out: `
daemonsets.apps
deployments.apps
replicasets.apps
statefulsets.apps` },
      { run: 'api-resources --api-group= -o name', out: `
bindings
componentstatuses
configmaps
endpoints
events
limitranges
namespaces
nodes
persistentvolumeclaims
persistentvolumes
pods
podtemplates
replicationcontrollers
resourcequotas
secrets
serviceaccounts
services` },
      { run: 'api-resources nosuch', err: `
error: unexpected arguments: [nosuch]
See 'kubectl api-resources -h' for help and examples`, code: 1 },
      { run: 'api-versions', out: `
admissionregistration.k8s.io/v1
apiextensions.k8s.io/v1
apiregistration.k8s.io/v1
apps/v1
authentication.k8s.io/v1
authorization.k8s.io/v1
autoscaling/v1
autoscaling/v2
batch/v1
certificates.k8s.io/v1
coordination.k8s.io/v1
discovery.k8s.io/v1
events.k8s.io/v1
flowcontrol.apiserver.k8s.io/v1
metrics.k8s.io/v1beta1
networking.k8s.io/v1
node.k8s.io/v1
pilothouse.dev/v1
policy/v1
rbac.authorization.k8s.io/v1
{lines}scheduling.k8s.io/v1
storage.k8s.io/v1
v1` },
      { run: 'version', out: `
Client Version: v1.35.{number}
Kustomize Version: v5.{any}
Server Version: v1.{number}.0+pilothouse`, err: '{lines}', until: { 28: [['v1.32', 'v1.28']], 32: [['v1.34', 'v1.32']], 34: [['v1.35', 'v1.34']] } },
      { run: 'version --client', out: `
Client Version: v1.35.{number}
Kustomize Version: v5.{any}`, until: { 28: [['v1.32', 'v1.28']], 32: [['v1.34', 'v1.32']], 34: [['v1.35', 'v1.34']] } },
      { run: 'cluster-info', out: `
Kubernetes control plane is running at https://127.0.0.1:{port}

To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.`, until: { 28: [['Kubernetes control plane is running at https://127.0.0.1:{port}', '[0;32mKubernetes control plane[0m is running at [0;33mhttps://127.0.0.1:{port}[0m']] } },
      { run: 'cluster-info dump --namespaces={ns} -o name', err: 'error: list types are not supported by name printing: *v1.NodeList', code: 1 },
      { run: 'events', err: 'No events found in {ns} namespace.' },
    ] },
    { about: 'what one may', telling: 'oldest', objects: [named(RBAC, 'Role', 'reader', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }] }), named(RBAC, 'RoleBinding', 'joe', { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' }, subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'joe-{ns}' }] })], files: { 'rbac.yaml': named(RBAC, 'ClusterRole', 'made-{ns}', { rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }] }) }, cases: [
      { run: 'auth whoami', out: `
ATTRIBUTE                                           VALUE
Username                                            kubernetes-admin
Groups                                              [system:masters system:authenticated]
Extra: authentication.kubernetes.io/credential-id   [X509SHA256={word}` },
      { run: 'auth whoami --as=joe-{ns} --as-group=people -o jsonpath={.status.userInfo}', out: '{"groups":["people","system:authenticated"],"username":"joe-{ns}"}' },
      { run: 'auth can-i create pods', out: 'yes' },
      { run: 'auth can-i get pods --as=joe-{ns}', out: 'yes' },
      { run: 'auth can-i delete pods --as=joe-{ns}', out: 'no', code: 1 },
      { run: 'auth can-i get pods/log --as=joe-{ns}', out: 'yes' },
      { run: 'auth can-i get pods --as=joe-{ns} -q' },
      { run: 'auth can-i get /healthz --as=joe-{ns}', out: 'yes' },
      { run: 'auth can-i get nosuch', out: 'yes', err: `
Warning: the server doesn't have a resource type 'nosuch'
` },
      { run: 'auth can-i list nodes', out: 'yes', err: `
Warning: resource 'nodes' is not namespace scoped
` },
      { run: 'auth can-i', err: `
error: you must specify two arguments: verb resource or verb resource/resourceName.
See 'kubectl auth can-i -h' for help and examples.`, code: 1 },
      { run: 'auth can-i --list --as=joe-{ns}', out: `
Resources                                       Non-Resource URLs   Resource Names   Verbs
selfsubjectreviews.authentication.k8s.io        []                  []               [create]
selfsubjectaccessreviews.authorization.k8s.io   []                  []               [create]
selfsubjectrulesreviews.authorization.k8s.io    []                  []               [create]
pods                                            []                  []               [get list]
                                                [/api/*]            []               [get]
                                                [/api]              []               [get]
                                                [/apis/*]           []               [get]
                                                [/apis]             []               [get]
                                                [/healthz]          []               [get]
                                                [/healthz]          []               [get]
                                                [/livez]            []               [get]
                                                [/livez]            []               [get]
                                                [/openapi/*]        []               [get]
                                                [/openapi]          []               [get]
                                                [/readyz]           []               [get]
                                                [/readyz]           []               [get]
                                                [/version/]         []               [get]
                                                [/version/]         []               [get]
                                                [/version]          []               [get]
                                                [/version]          []               [get]` },
      { run: 'auth can-i --list', out: `
Resources                                       Non-Resource URLs   Resource Names   Verbs
*.*                                             []                  []               [*]
                                                [*]                 []               [*]
                                                [*]                 []               [*]
selfsubjectreviews.authentication.k8s.io        []                  []               [create]
selfsubjectaccessreviews.authorization.k8s.io   []                  []               [create]
selfsubjectrulesreviews.authorization.k8s.io    []                  []               [create]
                                                [/api/*]            []               [get]
                                                [/api]              []               [get]
                                                [/apis/*]           []               [get]
                                                [/apis]             []               [get]
                                                [/healthz]          []               [get]
                                                [/healthz]          []               [get]
                                                [/livez]            []               [get]
                                                [/livez]            []               [get]
                                                [/openapi/*]        []               [get]
                                                [/openapi]          []               [get]
                                                [/readyz]           []               [get]
                                                [/readyz]           []               [get]
                                                [/version/]         []               [get]
                                                [/version/]         []               [get]
                                                [/version]          []               [get]
                                                [/version]          []               [get]` },
      { run: 'auth reconcile -f @rbac.yaml', out: 'clusterrole.rbac.authorization.k8s.io/made-{ns} reconciled', err: `
	reconciliation required create
	missing rules added:
		{Verbs:[get] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}` },
      { run: 'auth reconcile -f @rbac.yaml', out: 'clusterrole.rbac.authorization.k8s.io/made-{ns} reconciled' },
      { run: 'auth reconcile -f @rbac.yaml --dry-run=server', err: 'error: --dry-run=server for command reconcile is not supported yet', code: 1 },
    ] },
  ],
}
