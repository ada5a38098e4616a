/**
 * The API server's contract with its doors. `ApiServer.handle` has no transport: HTTPS, the in-process client and the
 * dashboard's IPC endpoint all hand it an ApiRequest and carry the ApiResponse back in their own way, so authentication's
 * result, authorization, admission and validation hold for every caller.
 */
import type { CustomQuestion, CustomValue } from '../../shared/custom-metrics.ts'
import type { Duplex, Readable, Writable } from 'node:stream'
import type { AnyObject, Status, WatchEvent } from '../../shared/api/meta.ts'
import type { NodeMetrics, PodMetrics } from '../../shared/api/types.ts'
import type { Media } from './negotiate.ts'

/**
 * Adds to what the audit log says of a request. What is of level Request is only made, and written, where the log says what was sent.
 */
export type Annotate = (key: string, value: string | (() => string), level?: 'Metadata' | 'Request') => void

/** Who asks. Groups hold `system:authenticated` or `system:unauthenticated`. */
export interface UserInfo {
  readonly name: string
  readonly uid?: string
  readonly groups: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

export interface ApiRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'
  /** Decoded by nobody yet: as in the request line, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The values of a header that was sent several times, each as it came: a value may hold a comma. Absent: what stands in `headers` is split at commas. */
  readonly valuesOf?: ((header: string) => readonly string[]) | undefined
  /** Bytes as received, or, in process, the object itself (the pipeline copies before it changes it). */
  readonly body?: Uint8Array | object | undefined
  /** Aborted when the caller has gone: watches and streams end. */
  readonly signal: AbortSignal
  readonly user: UserInfo
  /** True when the caller is in this process and takes objects by reference instead of bytes. */
  readonly inProcess?: boolean
  /** Address of the caller, for audit and for the log. */
  readonly remote?: string | undefined
  /** Nobody knows the caller, whose credentials were of these kinds (`bearer`, `x509`): the request is written down, and refused. */
  readonly refused?: readonly string[]
  /** What the audit log is to say of the caller's credentials. */
  readonly annotations?: Readonly<Record<string, string>>
}

/** Events in batches, pushed as they happen. Reading is one consumer's. */
export interface WatchStream {
  /** Resolves with at least one event, or undefined when the watch has ended (timeout, abort, server stop). */
  next(): Promise<readonly WatchEvent[] | undefined>
  close(): void
  /** Calls back once it has ended, whoever ended it; at once where it has. */
  whenEnded(listener: () => void): void
}

export type ApiBody =
  /** A frozen object; `encodeJson(value)` gives its bytes, cached with the object. */
  | { readonly type: 'object'; readonly value: AnyObject | Status | object }
  /** Ready bytes: discovery, OpenAPI, plain text. */
  | { readonly type: 'bytes'; readonly bytes: Uint8Array; readonly contentType: string }
  /** Events; over HTTP they are one JSON document a line, or frames of protobuf where the caller likes that better. */
  | { readonly type: 'watch'; readonly stream: WatchStream; readonly media?: Media }
  /** An open-ended text or binary stream, such as a pod's log. */
  | { readonly type: 'stream'; readonly stream: Readable; readonly contentType: string }
  /** exec, attach, port-forward: the door hands over its connection after the protocol upgrade. */
  | { readonly type: 'upgrade'; readonly handler: UpgradeHandler }
  | { readonly type: 'empty' }

export interface ApiResponse {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: ApiBody
}

/** Takes over a raw connection whose request head has been read. Owns `socket` from then on. */
export type UpgradeHandler = (request: ApiRequest, socket: Duplex, head: Uint8Array) => void

export interface ApiServer {
  /** Whether another server answers what is asked below a path: it may well answer with another protocol. */
  forwards?(path: string): boolean
  /** Never rejects: every failure is a Status answer. */
  handle(request: ApiRequest): Promise<ApiResponse>
}

export interface CallerCredentials {
  readonly bearerToken?: string
  readonly clientCertificate?: Uint8Array
  /** A token must be for one of these. Default: this server. */
  readonly audiences?: readonly string[]
}
/** A user, and for which of the audiences asked about the token was; absent where the credentials know no audiences. `annotations`: what the audit log is to say of the credentials. */
export type Authenticated = UserInfo & { readonly audiences?: readonly string[]; readonly annotations?: Readonly<Record<string, string>> }
/** Turns a request's credentials into a user. undefined: these credentials are not of this kind; try the next. */
export interface Authenticator {
  authenticate(credentials: CallerCredentials): Promise<Authenticated | undefined>
}

/** What is being asked, for an authorizer. */
export interface Attributes {
  readonly user: UserInfo
  readonly verb: string
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly subresource: string
  readonly name: string
  readonly namespace: string
  /** As in the request, of a list or a watch. */
  readonly fieldSelector?: string | undefined
  /** For non-resource requests (`/version`): the path; then resource is empty. */
  readonly path: string
}
export interface Decision {
  readonly allowed: boolean
  /** Why; for the audit log and for SubjectAccessReview. */
  readonly reason: string
}
export interface Authorizer {
  authorize(attributes: Attributes): Decision
}

/** The process behind exec or attach. Whoever has it reads both outputs, and kills it when its caller has gone. */
export interface ContainerSession {
  /** Present when asked for; ending it is the process's end of input. */
  readonly stdin?: Writable | undefined
  readonly stdout: Readable
  readonly stderr: Readable
  resize(width: number, height: number): Promise<void>
  /** The exit code, once the process has ended and both outputs have; 0 for attach. Rejects when the engine fails. */
  readonly exit: Promise<number>
  kill(): void
}
export interface SessionOptions {
  readonly container: string
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
}
export interface PodReference {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

export type KubeletPage = { readonly status: number; readonly contentType: string } & ({ readonly text: string } | { readonly stream: Readable })

/** Which of a container's lines are asked for. */
export interface ContainerLogQuery {
  readonly container: string
  readonly follow: boolean
  readonly previous: boolean
  readonly timestamps: boolean
  /** Milliseconds since 1970. */
  readonly sinceTime?: number
  readonly tailLines?: number
  readonly limitBytes?: number
  /** Absent: both. */
  readonly stream?: 'stdout' | 'stderr'
}

/** How the API server reaches the kubelet of a node. Given by the composition root: the API server knows no kubelet. */
export interface KubeletDoor {
  /** pods/log. Rejects with StatusError (BadRequest while the container has not started). */
  containerLogs(
    node: string,
    pod: { namespace: string; name: string; uid: string },
    options: ContainerLogQuery,
    signal: AbortSignal,
  ): Promise<Readable>
  /** pods/exec. Rejects with StatusError when the container does not run, else resolves to what starts the command. */
  exec?(node: string, pod: PodReference, options: SessionOptions & { readonly command: readonly string[] }): Promise<() => Promise<ContainerSession>>
  /** A connection to a port of a pod: pods/portforward, proxies, webhooks behind a Service. Rejects with StatusError. */
  portForward?(node: string, pod: PodReference, port: number): Promise<Duplex>
  /** pods/attach, as exec. */
  attach?(node: string, pod: PodReference, options: SessionOptions): Promise<() => Promise<ContainerSession>>
  /** nodes/proxy: what the kubelet answers to GET of `path` (`/metrics`); undefined: nothing is there. Rejects with StatusError. */
  page?(node: string, path: string): Promise<KubeletPage | undefined>
}

/** What custom.metrics.k8s.io answers from. Given by the composition root. */
export interface CustomMetricsDoor {
  query(question: CustomQuestion): Promise<readonly CustomValue[]>
}

/**
 * What metrics.k8s.io answers from: the latest measurement of each node and pod, by reference. Given by the composition
 * root. Labels in `metadata` are those of the node or pod, so that label selectors and `kubectl top -l` work.
 */
export interface MetricsDoor {
  nodes(): readonly NodeMetrics[]
  /** Absent or empty: of all namespaces. */
  pods(namespace?: string): readonly PodMetrics[]
}
