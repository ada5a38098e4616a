"""What a client in another language does with a cluster: list, watch, create, patch, apply, delete, exec, attach, logs, forwarded ports, a leader's election. One JSON line a step."""
import json
import sys
import threading

from kubernetes import client, config, dynamic, utils, watch
from kubernetes.client.rest import ApiException
from kubernetes.leaderelection import electionconfig, leaderelection
from kubernetes.leaderelection.resourcelock.configmaplock import ConfigMapLock
from kubernetes.stream import portforward, stream

config.load_kube_config(sys.argv[1])
core, apps, custom = client.CoreV1Api(), client.AppsV1Api(), client.CustomObjectsApi()
NAMESPACE, POD = "default", sys.argv[2]


def say(step, value):
    print(json.dumps([step, value]), flush=True)


say("version", client.VersionApi().get_code().major)
say("nodes", len(core.list_node().items))

# A watch from a list's revision on, in a thread, until it has seen the end.
revision = core.list_namespaced_config_map(NAMESPACE).metadata.resource_version
seen = []


def look():
    w = watch.Watch()
    for event in w.stream(core.list_namespaced_config_map, NAMESPACE, resource_version=revision, label_selector="of=python", timeout_seconds=60):
        seen.append([event["type"], event["object"].data])
        if event["type"] == "DELETED":
            w.stop()


thread = threading.Thread(target=look)
thread.start()
core.create_namespaced_config_map(NAMESPACE, {"metadata": {"name": "py", "labels": {"of": "python"}}, "data": {"a": "b"}})
say("patched", core.patch_namespaced_config_map("py", NAMESPACE, {"data": {"c": "d"}}).data)
try:
    core.create_namespaced_config_map(NAMESPACE, {"metadata": {"name": "py"}})
except ApiException as e:
    say("conflict", [e.status, json.loads(e.body)["reason"]])
say("deleted", core.delete_namespaced_config_map("py", NAMESPACE).status)
thread.join(60)
say("watched", seen)

# Objects from a manifest, and what they own.
labels = {"app": "py"}
utils.create_from_dict(client.ApiClient(), {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "py"}, "spec": {"replicas": 0, "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "busybox:local"}]}}}})
say("scaled", apps.patch_namespaced_deployment_scale("py", NAMESPACE, {"spec": {"replicas": 0}}).spec.replicas)
apps.delete_namespaced_deployment("py", NAMESPACE, propagation_policy="Foreground")

client.ApiextensionsV1Api().create_custom_resource_definition({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "snakes.clients.example.com"}, "spec": {"group": "clients.example.com", "scope": "Namespaced", "names": {"plural": "snakes", "singular": "snake", "kind": "Snake"}, "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}]}})
for event in watch.Watch().stream(client.ApiextensionsV1Api().list_custom_resource_definition, field_selector="metadata.name=snakes.clients.example.com", timeout_seconds=60):
    if any(c.type == "Established" and c.status == "True" for c in (event["object"].status and event["object"].status.conditions) or []):
        break
where = ("clients.example.com", "v1", NAMESPACE, "snakes")
custom.create_namespaced_custom_object(*where, {"apiVersion": "clients.example.com/v1", "kind": "Snake", "metadata": {"name": "kaa"}, "length": 1})
say("custom", custom.patch_namespaced_custom_object(*where, "kaa", {"length": 9})["length"])
custom.delete_namespaced_custom_object(*where, "kaa")
say("custom left", len(custom.list_namespaced_custom_object(*where)["items"]))

say("exec", stream(core.connect_get_namespaced_pod_exec, POD, NAMESPACE, container="main", command=["sh", "-c", "echo out; echo err >&2"], stderr=True, stdin=False, stdout=True, tty=False))
session = stream(core.connect_get_namespaced_pod_exec, POD, NAMESPACE, container="main", command=["sh", "-c", "read line; echo heard $line; exit 3"], stderr=True, stdin=True, stdout=True, tty=False, _preload_content=False)
session.write_stdin("you\n")
session.run_forever(timeout=60)
say("session", [session.read_stdout(), session.returncode])
say("log", core.read_namespaced_pod_log(POD, NAMESPACE, container="main", tail_lines=1))
try:
    core.read_namespaced_pod("absent", NAMESPACE)
except ApiException as e:
    say("absent", [e.status, json.loads(e.body)["message"]])

# A log that is followed, until the container has said its last word, which it is made to say.
lines = []
follower = threading.Thread(target=lambda: lines.extend(watch.Watch().stream(core.read_namespaced_pod_log, POD, NAMESPACE, container="brief")))
follower.start()
attached = stream(core.connect_get_namespaced_pod_attach, POD, NAMESPACE, container="brief", stderr=True, stdin=True, stdout=True, tty=False, _preload_content=False)
attached.write_stdin("enough\n")
attached.run_forever(timeout=60)
say("attached", attached.read_stdout())
follower.join(60)
say("followed", lines)

forward = portforward(core.connect_get_namespaced_pod_portforward, POD, NAMESPACE, ports="8080")
connection = forward.socket(8080)
connection.setblocking(True)
connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
page = b""
while True:
    part = connection.recv(4096)
    if not part:
        break
    page += part
say("forwarded", [page.split(b"\r\n")[0].split(b" ")[1].decode(), page.split(b"\r\n\r\n")[1].decode(), forward.error(8080)])

# The dynamic client finds kinds by discovery, and applies as one of several owners.
dyn = dynamic.DynamicClient(client.ApiClient())
maps = dyn.resources.get(api_version="v1", kind="ConfigMap")


def apply(owner, data, **more):
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "applied"}, "data": data}
    # As text: this release of the library packs no object under the content type of an apply.
    return dyn.server_side_apply(maps, body=json.dumps(body), name="applied", namespace=NAMESPACE, field_manager=owner, **more).to_dict()["data"]


say("applied", [apply("one", {"a": "1", "b": "1"}), apply("two", {"c": "2"}), apply("one", {"a": "1"})])
try:
    apply("two", {"a": "2"})
except dynamic.exceptions.ConflictError as e:
    say("apply conflict", json.loads(e.body)["details"]["causes"])
say("forced", apply("two", {"a": "2"}, force_conflicts=True))
say("of a kind of its own", [m.metadata.name for m in dyn.resources.get(api_version="clients.example.com/v1", kind="Snake").get(namespace=NAMESPACE).items])
say("deleted by the dynamic client", maps.delete(name="applied", namespace=NAMESPACE).to_dict()["status"])

# Two candidates: the second waits for as long as the first leads.
leads = threading.Event()


def candidate(name, started):
    lock = ConfigMapLock("lock", NAMESPACE, name)
    election = electionconfig.Config(lock, lease_duration=60, renew_deadline=10, retry_period=1, onstarted_leading=started, onstopped_leading=None)
    return leaderelection.LeaderElection(election)


threading.Thread(target=candidate("first", leads.set).run, daemon=True).start()
say("leads", leads.wait(60))
say("follows", candidate("second", lambda: None).try_acquire_or_renew())
say("leader", json.loads(core.read_namespaced_config_map("lock", NAMESPACE).metadata.annotations["control-plane.alpha.kubernetes.io/leader"])["holderIdentity"])
