/**
 * The contract between the dashboard and the main process: four verbs from the dashboard (call, cancel, subscribe,
 * unsubscribe), two messages back. In the desktop app they travel over Electron IPC, headless over a WebSocket; both ends
 * are derived from this file. Error envelopes are Kubernetes Statuses, since Electron passes only the text of a throw.
 */
import type { AlertSilence, AlertState } from './alerts.ts'
import type { AuditEntry, AuditObjects, AuditPage, AuditPageQuery, AuditQuery } from './audit.ts'
import type { ImageBuildRequest, ImageList, ImageProgress, ImagePullRequest, ImagePushRequest } from './images.ts'
import type { AnyObject, Status, WatchEvent } from './api/meta.ts'
import type {
  LogBatch, LogCompletionRequest, LogCompletions, LogContextRequest, LogExportPart, LogExportRequest, LogFollow, LogFollowMessage, LogHistogram, LogHistogramRequest, LogSearch, LogSearchMessage, SavedLogQuery,
} from './logs/types.ts'
import type { SchedulingDecision } from './scheduling-decision.ts'
import type { Destination, DestinationDraft } from './shipping.ts'
import type { SeenRequests } from './traffic.ts'

/** A request to the Kubernetes API. `path` is a path of the API, with its query; never a URL. */
export interface ApiCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  /** For PATCH: `application/merge-patch+json`, … */
  contentType?: string
  accept?: string
  body?: unknown
}

export interface ComponentHealth {
  name: string
  healthy: boolean
  message: string
}

/** State of the whole, pushed whenever it changes. */
export interface ClusterState {
  phase: 'starting' | 'ready' | 'stopping' | 'stopped' | 'failed'
  /** What is being done, or what went wrong and what to do. */
  message: string
  /** Steps of the start, in order, for the progress view. */
  steps: { name: string; state: 'waiting' | 'running' | 'done' | 'failed'; milliseconds?: number }[]
  components: ComponentHealth[]
  runtime: 'docker' | 'hollow'
  /** undefined: not looked yet. When unavailable the message says what to do. */
  engine?: { available: boolean; message: string; version?: string }
  apiServer?: string
  kubeconfig?: string
  version: string
  kubernetesVersion: string
}

/** Image presence for the deploy form. */
export interface ImagePresence {
  present: boolean
  /** `''` when valid; else what is wrong with the reference. */
  invalid: string
}

/** Whose usage: a node, a namespace, a workload (`workload` is its kind, `Deployment`), a pod or a container. */
export interface MetricsScope {
  kind: 'node' | 'namespace' | 'workload' | 'pod' | 'container'
  name: string
  /** For a workload, a pod and a container. */
  namespace?: string
  /** For a workload. */
  workload?: string
  /** For a container. */
  pod?: string
}
/** Of which time: the last `spanMs` (an hour when absent, a minute to two weeks) before `to` (now when absent). */
export interface MetricsRequest extends MetricsScope {
  to?: number
  spanMs?: number
}
/**
 * Usage over a time, oldest first, in arrays of one length; null where nothing was measured. Times in milliseconds
 * since 1970, cpu in thousandths of a core, memory in bytes, network and disk in bytes a second, restarts in number since the point before.
 */
export interface MetricsHistory {
  times: number[]
  cpu: (number | null)[]
  memory: (number | null)[]
  rx: (number | null)[]
  tx: (number | null)[]
  /** From and to disks. */
  read: (number | null)[]
  write: (number | null)[]
  restarts: (number | null)[]
  /** Milliseconds from point to point; further apart there is a gap. */
  stepMs: number
  /** What was asked for. */
  from: number
  to: number
  /** Milliseconds until there is a new one; asking sooner gives the same. */
  periodMs: number
  /** To be said beside the numbers; `''` when they are measured and not made up. */
  note: string
}

/** What a terminal's subscription says: first its session, last how it ended. */
export type ExecMessage =
  | { type: 'started'; session: string }
  | { type: 'output'; output: string }
  /** `code` undefined: it did not end by itself; the message says why. */
  | { type: 'exit'; code: number | undefined; message: string }

/** A port of this machine (127.0.0.1) that leads into a pod, or to one that is ready behind a service. */
export interface PortForward {
  id: string
  kind: 'Pod' | 'Service'
  namespace: string
  name: string
  /** The pod's, or the service's. */
  port: number
  localPort: number
  scheme: 'http' | 'https'
  /** Why the last connection failed; `''` when it did not. */
  error: string
}

/** Requests with one answer. */
export interface Calls {
  'api': { request: ApiCall; response: { status: number; body: unknown } }
  /** Bytes of the log on disk, and at most. */
  'logs.stored': { request: Record<string, never>; response: { bytes: number; limitBytes: number } }
  /** A line among its neighbours, also where a link leads to. Not Found: it is not stored any more. */
  'logs.context': { request: LogContextRequest; response: LogBatch }
  'logs.complete': { request: LogCompletionRequest; response: LogCompletions }
  /** One part of an export: asked for again with its `next`. */
  'logs.export': { request: LogExportRequest; response: LogExportPart }
  /** A new destination of forwarded logs, or another form of one. What is wrong with it is said before anything is changed. */
  'shipping.save': { request: DestinationDraft; response: Destination }
  'shipping.remove': { request: { id: string }; response: null }
  /** Sends one line, and changes nothing. */
  'shipping.test': { request: DestinationDraft; response: { ok: boolean; message: string } }
  'images.presence': { request: { image: string }; response: ImagePresence }
  /** What is on the engine that all nodes of this cluster share. */
  'images.list': { request: Record<string, never>; response: ImageList }
  /** By name: takes the name away, and with the last one the image. By id: with all its names. 409 while a container of ours runs from it, unless `force`. */
  'images.remove': { request: { image: string; force?: boolean }; response: null }
  /** Gives an image (by name or id) one more name. */
  'images.tag': { request: { image: string; name: string }; response: null }
  /** Desktop: asks the user for a folder to build from; `folder` null: none was chosen. Elsewhere `typed`: the user types the absolute path. */
  'images.chooseFolder': { request: Record<string, never>; response: { typed: boolean; folder: string | null } }
  'metrics.history': { request: MetricsRequest; response: MetricsHistory }
  /** Of these nobody is told, and they do not count. At most MAX_SILENCES. */
  'alerts.silence': { request: AlertSilence; response: null }
  'alerts.unsilence': { request: AlertSilence; response: null }
  /** What was sent and answered, of a request of the audit log that has them. */
  'audit.objects': { request: { id: string }; response: AuditObjects }
  /** A page of the audit log, from the newest request backwards. */
  'audit.query': { request: AuditPageQuery; response: AuditPage }
  /** The scheduler's last decision on a pod; null where it is not remembered. */
  'scheduler.decision': { request: { uid: string }; response: SchedulingDecision | null }
  /** `session` is the one that its subscription has said. */
  'exec.input': { request: { session: string; input: string }; response: null }
  'exec.resize': { request: { session: string; width: number; height: number }; response: null }
  /** So many characters of output are on the screen: more may come. */
  'exec.shown': { request: { session: string; count: number }; response: null }
  /** `localPort` 0: any that is free. Checked, and refused with the reason, before it listens. */
  'portforward.start': { request: Omit<PortForward, 'id' | 'error'>; response: PortForward }
  'portforward.stop': { request: { id: string }; response: null }
  'settings.get': { request: Record<string, never>; response: Settings }
  'settings.set': { request: Partial<Settings>; response: Settings }
}
/** Standing requests with a stream of messages. */
export interface Subscriptions {
  'cluster.state': { request: Record<string, never>; message: ClusterState }
  /** How many objects of each kind there are (`pods`, `deployments.apps`), now and as they change. `namespace` `''`: in all. */
  'api.counts': { request: { namespace: string }; message: Record<string, number> }
  /** What the API server is asked for, as it answers: a bounded sample, every 100 ms at most. */
  'api.requests': { request: Record<string, never>; message: SeenRequests }
  /** What is wrong, now and as it changes. */
  'alerts': { request: Record<string, never>; message: AlertState }
  /** A watch on a path (`/api/v1/pods?watch=true&…`); events in batches as they come. */
  'api.watch': { request: { path: string }; message: WatchEvent<AnyObject>[] }
  /** A command in a container, or with `attach` its own process; it ends with the subscription. `width` and `height` in characters. */
  'exec': { request: { namespace: string; pod: string; container?: string; command: string[]; attach?: boolean; tty: boolean; width: number; height: number }; message: ExecMessage }
  /** These three tell how it goes and end: after a message with `done`, or with a Status that says what went wrong. Unsubscribing cancels. */
  'images.pull': { request: ImagePullRequest; message: ImageProgress }
  'images.build': { request: ImageBuildRequest; message: ImageProgress }
  'images.push': { request: ImagePushRequest; message: ImageProgress }
  /** Destinations of forwarded logs and how it goes, at most every 500 ms. */
  'shipping.list': { request: Record<string, never>; message: readonly Destination[] }
  'portforward.list': { request: Record<string, never>; message: PortForward[] }
  /** Requests that match, as they are answered, newest first; batches at most every 200 ms. `dropped`: how many could not be kept up with. */
  'audit.tail': { request: AuditQuery; message: { entries: AuditEntry[]; dropped: number } }
  /** What is found, in order, as it is found; ends after the message with `done`. Unsubscribing cancels. */
  'logs.search': { request: LogSearch; message: LogSearchMessage }
  /** New lines that match, in the order of their ids, none left out, at most every 50 ms. */
  'logs.follow': { request: LogFollow; message: LogFollowMessage }
  /** Counts over time, better and better; ends after the message with `done`. */
  'logs.histogram': { request: LogHistogramRequest; message: LogHistogram }
}
export type CallName = keyof Calls
export type SubscriptionName = keyof Subscriptions

export interface Settings {
  language: 'system' | 'en' | 'ko'
  theme: 'system' | 'light' | 'dark'
  /** At most MAX_SAVED_QUERIES, each name once. */
  savedLogQueries: readonly SavedLogQuery[]
  /** How long, and how much, of what objects were is kept. */
  keptPast: { readonly hours: number; readonly megabytes: number }
  /** How long logs are kept, and how much of them on disk. */
  keptLogs: { readonly days: number; readonly megabytes: number }
}
/** What keptPast may be. */
export const PAST_LIMITS = { hours: [1, 8760], megabytes: [0, 65_536] } as const
/** What keptLogs may be. */
export const LOG_LIMITS = { days: [1, 3650], megabytes: [16, 1_048_576] } as const
export const defaultSettings: Settings = { language: 'system', theme: 'system', savedLogQueries: [], keptPast: { hours: 24, megabytes: 256 }, keptLogs: { days: 14, megabytes: 512 } }

/** Dashboard to main. `id` is chosen by the dashboard, unique within its window. */
export type ClientMessage =
  | { verb: 'call'; id: number; name: CallName; request: unknown }
  | { verb: 'cancel'; id: number }
  | { verb: 'subscribe'; id: number; name: SubscriptionName; request: unknown }
  | { verb: 'unsubscribe'; id: number }

/** Main to dashboard. */
export type ServerMessage =
  | { type: 'result'; id: number; value: unknown }
  | { type: 'error'; id: number; status: Status }
  | { type: 'message'; id: number; value: unknown }
  /** The subscription has ended; with a status when it failed. */
  | { type: 'end'; id: number; status?: Status }

/** The one Electron channel, in both directions. */
export const CHANNEL = 'pilothouse'

/** What the preload puts on `window.pilothouse`: a pipe, and nothing that knows a feature. */
export interface Bridge {
  send(message: ClientMessage): void
  /** Returns the removal of the listener. */
  onMessage(listener: (message: ServerMessage) => void): () => void
}
