/** How sandboxes and containers are told to the engine. Names are cri-dockerd's: `k8s_<container>_<pod>_<ns>_<uid>_<attempt>`. */
import type Docker from 'dockerode'
import { PAUSE_IMAGE } from '../../images/builtin.ts'
import { podCgroup } from './pod-cgroup.ts'
import { labels, type ContainerConfig, type Mount, type PodIdentity, type SandboxConfig } from '../types.ts'

export const TTY_LABEL = 'dev.pilothouse.tty'
const NO_HEALTHCHECK = { Test: ['NONE'] }
/** Of a container, the one that is being written included. */
export const LOG_FILES = 5
const LOGS = { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': String(LOG_FILES) } }

export const containerName = (pod: PodIdentity, container: string, attempt: number): string =>
  ['k8s', container, pod.name, pod.namespace, pod.uid, String(attempt)].join('_')

const identity = (clusterId: string, pod: PodIdentity, node: string, attempt: number): Record<string, string> => ({
  [labels.cluster]: clusterId, [labels.node]: node, [labels.podName]: pod.name, [labels.podNamespace]: pod.namespace, [labels.podUid]: pod.uid, [labels.attempt]: String(attempt),
})

const mountOption = (m: Mount): Docker.MountSettings => ({
  ...(m.engineVolume === undefined ? { Type: 'bind', Source: m.hostPath } : { Type: 'volume', Source: m.engineVolume }), Target: m.containerPath, ReadOnly: m.readOnly,
  ...(m.propagation ? { BindOptions: { Propagation: `r${m.propagation}` } } : {}),
})

export function sandboxOptions(clusterId: string, network: { readonly id: string; readonly fixedAddresses: boolean }, c: SandboxConfig): Docker.ContainerCreateOptions {
  const key = (p: { containerPort: number; protocol: string }): string => `${p.containerPort}/${p.protocol.toLowerCase()}`
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {}
  for (const p of c.portMappings) (bindings[key(p)] ??= []).push({ HostIp: p.hostIP ?? '127.0.0.1', HostPort: String(p.hostPort) })
  return {
    name: containerName(c.pod, 'POD', c.attempt),
    Image: PAUSE_IMAGE,
    ...(c.hostNetwork ? {} : { Hostname: c.hostname }),
    ExposedPorts: Object.fromEntries(Object.keys(bindings).map((k) => [k, {}])),
    Labels: { ...c.labels, ...identity(clusterId, c.pod, c.node, c.attempt), [labels.kind]: 'sandbox', ...(c.resources ? { [labels.podCgroup]: podCgroup(clusterId, c.pod.uid) } : {}) },
    Healthcheck: NO_HEALTHCHECK,
    ...(c.ip && network.fixedAddresses && !c.hostNetwork ? { NetworkingConfig: { EndpointsConfig: { [network.id]: { IPAMConfig: { IPv4Address: c.ip } } } } } : {}),
    HostConfig: {
      NetworkMode: c.hostNetwork ? 'host' : network.id, IpcMode: c.ipc === 'host' ? 'host' : 'shareable', PortBindings: bindings, CpuShares: 2, OomScoreAdj: -998,
      ...(c.sysctls ? { Sysctls: { ...c.sysctls } } : {}), ...(c.runtimeHandler ? { Runtime: c.runtimeHandler } : {}),
      ...(c.resources ? { CgroupParent: podCgroup(clusterId, c.pod.uid) } : {}), RestartPolicy: { Name: 'no' }, LogConfig: LOGS, SecurityOpt: ['no-new-privileges'], ReadonlyRootfs: true,
      ...(c.mounts?.length ? { Mounts: c.mounts.map(mountOption) } : {}),
    },
  }
}

type Security = ContainerConfig['security']

function securityOptions(s: Security): string[] {
  return [
    ...(s.noNewPrivileges ? ['no-new-privileges'] : []),
    ...(s.seccomp === undefined ? [] : [`seccomp=${s.seccomp === 'unconfined' ? 'unconfined' : s.seccomp.json}`]),
    ...(s.apparmor ? [`apparmor=${s.apparmor}`] : []),
    ...Object.entries(s.selinux ?? {}).map(([key, value]) => `label=${key}:${value}`),
  ]
}

/** Whose processes a container sees. */
function pidMode(c: ContainerConfig): { PidMode?: string } {
  const pid = c.namespaces?.pid ?? 'own'
  if (pid === 'own') return {}
  return { PidMode: pid === 'host' ? 'host' : `container:${pid === 'pod' ? c.sandboxId : pid.of}` }
}

export const resourceOptions = (r: ContainerConfig['resources']): { CpuShares?: number; CpuQuota?: number; CpuPeriod?: number; Memory?: number; MemorySwap?: number } => ({
  ...(r.cpuShares === undefined ? {} : { CpuShares: r.cpuShares }),
  ...(r.cpuQuota === undefined ? {} : { CpuQuota: r.cpuQuota, CpuPeriod: r.cpuPeriod ?? 100_000 }),
  // Swap off, as Kubernetes has it: memory and swap together are the limit.
  ...(r.memoryBytes === undefined ? {} : { Memory: r.memoryBytes, MemorySwap: r.memoryBytes }),
})

export function containerOptions(clusterId: string, c: ContainerConfig): Docker.ContainerCreateOptions {
  const r = c.resources
  const s = c.security
  return {
    name: containerName(c.pod, c.name, c.attempt),
    // By id: what was resolved is what runs, whatever the tag says by now.
    Image: c.imageId,
    ...(c.command?.length ? { Entrypoint: [...c.command], Cmd: [...(c.args ?? [])] } : c.args?.length ? { Cmd: [...c.args] } : {}),
    ...(c.workingDir ? { WorkingDir: c.workingDir } : {}),
    ...(s.user ? { User: s.user } : {}),
    Env: c.env.map((e) => `${e.name}=${e.value}`),
    Tty: c.tty, OpenStdin: c.stdin, StdinOnce: c.stdinOnce ?? false,
    Labels: {
      ...c.labels, ...identity(clusterId, c.pod, c.node, c.attempt), [labels.kind]: 'container', [labels.containerName]: c.name, [labels.sandbox]: c.sandboxId,
      'dev.pilothouse.image': c.image, ...(c.tty ? { [TTY_LABEL]: 'true' } : {}),
    },
    Healthcheck: NO_HEALTHCHECK,
    HostConfig: {
      NetworkMode: `container:${c.sandboxId}`, IpcMode: c.namespaces?.ipc === 'host' ? 'host' : `container:${c.sandboxId}`, ...pidMode(c), ...(c.runtimeHandler ? { Runtime: c.runtimeHandler } : {}),
      Mounts: c.mounts.map(mountOption),
      ...resourceOptions(r), ...(c.limitedWithPod ? { CgroupParent: podCgroup(clusterId, c.pod.uid) } : {}),
      OomScoreAdj: r.oomScoreAdj,
      ReadonlyRootfs: s.readOnlyRootFilesystem, Privileged: s.privileged,
      CapAdd: [...s.addCapabilities], CapDrop: [...s.dropCapabilities],
      SecurityOpt: securityOptions(s), ...(s.groups?.length ? { GroupAdd: s.groups.map(String) } : {}), ...(s.unmaskedProc ? { MaskedPaths: [], ReadonlyPaths: [] } : {}),
      RestartPolicy: { Name: 'no' }, LogConfig: LOGS,
    },
  }
}
