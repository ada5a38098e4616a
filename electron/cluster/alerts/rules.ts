/**
 * What is wrong with one object, and when to look at it again although nothing changes. Pure. A rule is quiet: it waits for as
 * long as things often take that end well, and one container has one trouble, the one that explains the others.
 */
import { X509Certificate } from 'node:crypto'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { ContainerStatus, Node, Pod, Secret } from '../../../shared/api/types.ts'
import type { AlertObject, AlertRule } from '../../../shared/alerts.ts'
import { workloadOf } from '../../metrics/workload.ts'

export interface Finding {
  readonly rule: AlertRule
  readonly level: 'failed' | 'warning'
  readonly object: AlertObject
  readonly owner: AlertObject
  readonly container: string
  readonly since: number
  readonly detail: string
  readonly count: number
}
export interface Judgement {
  readonly findings: readonly Finding[]
  /** Milliseconds since 1970; absent: when it changes. */
  readonly again?: number
}
const WELL: Judgement = { findings: [] }

const MINUTE = 60_000
const DAY = 86_400_000
/** A pod that no node takes, and one whose containers do not come to be. */
const UNSCHEDULABLE_MS = 30_000
const PENDING_MS = 2 * MINUTE
/** A node that only misses a report comes back by itself. */
const NOT_READY_MS = 20_000
/** How long a container that ran out of memory is told of, if it goes on well. */
const OUT_OF_MEMORY_MS = 10 * MINUTE
/** A container of a crash loop that runs for so long is well again. */
const STEADY_MS = MINUTE
const LOOP_RESTARTS = 3
const EXPIRY_DAYS = 14
const PULL_REASONS = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError', 'RegistryUnavailable'])

const referTo = (o: KubeObject, apiVersion: string, kind: string): AlertObject => ({ apiVersion, kind, namespace: o.metadata.namespace ?? '', name: o.metadata.name })
const time = (text: string | undefined): number => Date.parse(text ?? '') || 0

function ownerOf(pod: Pod): AlertObject {
  const workload = workloadOf(pod)
  const reference = pod.metadata.ownerReferences?.find((r) => r.controller)
  if (!workload || !reference) return referTo(pod, 'v1', 'Pod')
  return { apiVersion: reference.apiVersion, kind: workload.kind, namespace: pod.metadata.namespace ?? '', name: workload.name }
}

interface Trouble {
  readonly rule: AlertRule
  readonly level: 'failed' | 'warning'
  readonly since: number
  readonly detail: string
  readonly again?: number
}
function containerTrouble(s: ContainerStatus, pod: Pod, now: number): Trouble | undefined {
  const waiting = s.state?.waiting
  const ended = s.state?.terminated ?? s.lastState?.terminated
  if (waiting?.reason && PULL_REASONS.has(waiting.reason)) return { rule: 'ImagePull', level: 'failed', since: time(pod.status?.startTime ?? pod.metadata.creationTimestamp), detail: waiting.message ?? waiting.reason }
  const last = time(ended?.finishedAt)
  if (ended?.reason === 'OOMKilled' && (waiting?.reason === 'CrashLoopBackOff' || now < last + OUT_OF_MEMORY_MS)) {
    return { rule: 'OutOfMemory', level: waiting ? 'failed' : 'warning', since: last, detail: ended.message ?? '', again: last + OUT_OF_MEMORY_MS }
  }
  const detail = ended ? `exit code ${ended.exitCode}${ended.reason && ended.reason !== 'Error' ? ` (${ended.reason})` : ''}${ended.message ? `: ${ended.message}` : ''}` : (waiting?.message ?? '')
  const loop: Trouble = { rule: 'CrashLoop', level: 'failed', since: last || now, detail }
  if (waiting?.reason === 'CrashLoopBackOff') return loop
  // Between two crashes it runs for a moment, which is no recovery.
  if (s.restartCount < LOOP_RESTARTS || !ended || ended.exitCode === 0 || pod.spec.restartPolicy === 'Never') return undefined
  if (s.state?.terminated) return loop
  const steady = time(s.state?.running?.startedAt) + STEADY_MS
  return s.state?.running && now < steady ? { ...loop, again: steady } : undefined
}

function pendingTrouble(pod: Pod, now: number): Trouble | undefined {
  const scheduled = pod.status?.conditions?.find((c) => c.type === 'PodScheduled')
  if (scheduled?.reason === 'SchedulingGated') return undefined
  const refused = !pod.spec.nodeName && scheduled?.status === 'False'
  const since = refused ? time(scheduled.lastTransitionTime ?? pod.metadata.creationTimestamp) : time(pod.metadata.creationTimestamp)
  const at = since + (refused ? UNSCHEDULABLE_MS : PENDING_MS)
  const waiting = pod.status?.containerStatuses?.find((s) => s.state?.waiting)?.state?.waiting
  return { rule: 'Pending', level: 'warning', since, detail: (refused ? scheduled.message : (waiting?.message ?? waiting?.reason)) ?? '', again: at > now ? at : Number.POSITIVE_INFINITY }
}

export function judgePod(pod: Pod, now: number): Judgement {
  const { phase, initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {}
  if (pod.metadata.deletionTimestamp || phase === 'Succeeded' || phase === 'Failed') return WELL
  const troubles: [container: string, Trouble][] = []
  for (const s of [...initContainerStatuses, ...containerStatuses]) {
    // Most are well, and this is asked at each change of each pod.
    if (s.ready && s.restartCount === 0) continue
    const trouble = containerTrouble(s, pod, now)
    if (trouble) troubles.push([s.name, trouble])
  }
  // An init container that is still at work is no sign of anything; a pod whose containers are in trouble is not only pending.
  const initializing = initContainerStatuses.some((s) => s.state?.running)
  const pending = phase !== 'Running' && !troubles.length && !initializing ? pendingTrouble(pod, now) : undefined
  if (pending) {
    if (Number.isFinite(pending.again)) return { findings: [], again: pending.again as number }
    troubles.push(['', pending])
  }
  if (!troubles.length) return WELL
  const [object, owner] = [referTo(pod, 'v1', 'Pod'), ownerOf(pod)]
  const all = [...initContainerStatuses, ...containerStatuses]
  const agains = troubles.flatMap(([, t]) => (t.again !== undefined && Number.isFinite(t.again) && t.again > now ? [t.again] : []))
  return {
    findings: troubles.map(([container, { rule, level, since, detail }]) => ({ rule, level, object, owner, container, since, detail, count: all.find((s) => s.name === container)?.restartCount ?? 0 })),
    ...(agains.length ? { again: Math.min(...agains) } : {}),
  }
}

export function judgeNode(node: Node, now: number): Judgement {
  const object = referTo(node, 'v1', 'Node')
  const condition = (type: string) => node.status?.conditions?.find((c) => c.type === type)
  const finding = (rule: AlertRule, c: { lastTransitionTime?: string; message?: string }): Finding => ({ rule, level: 'failed', object, owner: object, container: '', since: time(c.lastTransitionTime), detail: c.message ?? '', count: 0 })
  const ready = condition('Ready')
  const disk = condition('DiskPressure')
  const late = ready && ready.status !== 'True' ? time(ready.lastTransitionTime) + NOT_READY_MS : undefined
  return {
    findings: [...(ready && late !== undefined && now >= late ? [finding('NodeNotReady', ready)] : []), ...(disk?.status === 'True' ? [finding('DiskFull', disk)] : [])],
    ...(late !== undefined && now < late ? { again: late } : {}),
  }
}

/** A certificate that ends soon, or has ended. @param pem several may follow each other: the first is the one that is shown */
export function judgeCertificate(object: AlertObject, pem: string, now: number): Judgement {
  let until: number
  try {
    until = new X509Certificate(pem).validToDate.getTime()
  } catch {
    return WELL // no certificate: somebody else's to say
  }
  const from = until - EXPIRY_DAYS * DAY
  if (now < from) return { findings: [], again: from }
  const days = Math.max(0, Math.floor((until - now) / DAY))
  return {
    findings: [{ rule: 'CertificateExpiry', level: until <= now ? 'failed' : 'warning', object, owner: object, container: '', since: from, detail: new Date(until).toISOString(), count: days }],
    // The days are counted.
    ...(until > now ? { again: until - days * DAY + 1 } : {}),
  }
}
export function judgeSecret(secret: Secret, now: number): Judgement {
  const data = secret.type === 'kubernetes.io/tls' ? secret.data?.['tls.crt'] : undefined
  return data ? judgeCertificate(referTo(secret, 'v1', 'Secret'), Buffer.from(data, 'base64').toString('latin1'), now) : WELL
}
