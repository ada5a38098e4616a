/** A node with what runs on it, summed up. The cache changes its own; a snapshot holds clones that nobody changes. */
import type { Node, Taint } from '../../shared/api/types.ts'
import type { HostPort } from '../../shared/host-ports.ts'
import { bytes, cpuMillis } from '../../shared/quantity.ts'
import type { PodInfo } from './pod-info.ts'
import type { Labels } from './selectors.ts'

/** Pods of one namespace with equal labels, on one node. */
export interface LabelGroup {
  readonly namespace: string
  readonly labels: Labels
  readonly key: string
  /** All of them: affinity heeds a pod until it is gone. */
  readonly total: number
  /** Less those that are being deleted: spreading looks ahead. */
  readonly count: number
}

const noTaints: readonly Taint[] = Object.freeze([])

export class NodeInfo {
  readonly name: string
  /** Rises with every change of any node; a snapshot copies what is newer than itself. */
  generation = 0
  node: Node | undefined
  labels: Labels = {}
  taints: readonly Taint[] = noTaints
  /** Any of them asks to be avoided rather than to be kept off? Seldom; asked for each pod and node. */
  softTaints = false
  unschedulable = false
  allocatable: Readonly<Record<string, number>> = {}
  maxPods = 0
  /** The two that every pod is held against. */
  cpuCapacity = 0
  memoryCapacity = 0
  /** Image name to size in bytes. */
  images: ReadonlyMap<string, number> = new Map()

  cpu = 0
  memory = 0
  scoringCpu = 0
  scoringMemory = 0
  scalars: Map<string, number> = new Map()
  pods: Map<string, PodInfo> = new Map()
  podsWithAffinity: Map<string, PodInfo> = new Map()
  groups: Map<string, LabelGroup> = new Map()
  hostPorts: HostPort[] = []

  constructor(name: string) {
    this.name = name
  }

  setNode(node: Node): void {
    this.node = node
    this.labels = node.metadata.labels ?? {}
    this.taints = node.spec?.taints ?? noTaints
    this.softTaints = this.taints.some((t) => t.effect === 'PreferNoSchedule')
    this.unschedulable = node.spec?.unschedulable === true
    const allocatable: Record<string, number> = {}
    for (const [name, text] of Object.entries(node.status?.allocatable ?? {})) allocatable[name] = name === 'cpu' ? cpuMillis(text) : bytes(text)
    this.allocatable = allocatable
    this.maxPods = allocatable['pods'] ?? 0
    this.cpuCapacity = allocatable['cpu'] ?? 0
    this.memoryCapacity = allocatable['memory'] ?? 0
    const images = new Map<string, number>()
    for (const image of node.status?.images ?? []) for (const name of image.names ?? []) images.set(name, image.sizeBytes ?? 0)
    this.images = images
  }

  addPod(pod: PodInfo): void {
    this.#count(pod, 1)
    this.pods.set(pod.uid, pod)
    if (pod.hasAffinity) this.podsWithAffinity.set(pod.uid, pod)
    if (pod.hostPorts.length) this.hostPorts = [...this.hostPorts, ...pod.hostPorts]
  }

  removePod(uid: string): void {
    const pod = this.pods.get(uid)
    if (!pod) return
    this.#count(pod, -1)
    this.pods.delete(uid)
    this.podsWithAffinity.delete(uid)
    if (pod.hostPorts.length) this.hostPorts = [...this.pods.values()].flatMap((p) => p.hostPorts)
  }

  #count(pod: PodInfo, sign: 1 | -1): void {
    this.cpu += sign * pod.cpu
    this.memory += sign * pod.memory
    this.scoringCpu += sign * pod.scoringCpu
    this.scoringMemory += sign * pod.scoringMemory
    for (const [name, amount] of pod.scalars) this.scalars.set(name, (this.scalars.get(name) ?? 0) + sign * amount)
    const old = this.groups.get(pod.labelKey)
    const total = (old?.total ?? 0) + sign
    const count = (old?.count ?? 0) + (pod.terminating ? 0 : sign)
    if (total > 0) this.groups.set(pod.labelKey, { namespace: pod.namespace, labels: pod.labels, key: pod.labelKey, total, count })
    else this.groups.delete(pod.labelKey)
  }

  clone(): NodeInfo {
    const copy = Object.assign(new NodeInfo(this.name), this)
    copy.scalars = new Map(this.scalars)
    copy.pods = new Map(this.pods)
    copy.podsWithAffinity = new Map(this.podsWithAffinity)
    copy.groups = new Map(this.groups)
    return copy
  }
}
