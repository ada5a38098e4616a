/** What a runtime may offer beyond the contract; whoever uses it asks first. */
import type { ClusterNetwork } from '../../../shared/cluster-network.ts'
import type { DialTarget } from '../../client/dial.ts'
import type { NetworksOnEngine } from './docker/network.ts'
import type { Duplex, Readable } from 'node:stream'
export type { DialTarget } from '../../client/dial.ts'
import type { ContainerRuntime, ExecOptions, ExecSession, RegistryCredentials } from './types.ts'

/** The user that an image's configuration names: `uid`, `name`, each with `:group` or not; '' is root. */
export interface ImageUser {
  readonly user?: string
}

export interface ImageEvents {
  /** Calls back, once for many changes in a moment, when images come or go. */
  subscribeImages(listener: () => void): { close(): void }
}
export const hasImageEvents = (runtime: ContainerRuntime): runtime is ContainerRuntime & ImageEvents => 'subscribeImages' in runtime

export interface ImageUse {
  /** Ids of the images of all containers of the engine, whoever made them. */
  imagesInUse(): Promise<ReadonlySet<string>>
}
export const knowsImageUse = (runtime: ContainerRuntime): runtime is ContainerRuntime & ImageUse => 'imagesInUse' in runtime

export interface StorageUse {
  /** Bytes that a container keeps on disk beside its volumes: what it has written over its image, and its log. Counting may stop beyond `enough`; 0 when there is no such container. */
  storageOf(id: string, enough: number): Promise<number>
}
export const knowsStorageUse = (runtime: ContainerRuntime): runtime is ContainerRuntime & StorageUse => 'storageOf' in runtime

export interface ImageVolumes {
  /** Keeps an image on the engine for a volume of a pod. Resolves with the folders of its layers, the uppermost first. */
  holdImage(of: { readonly podUid: string; readonly volume: string }, imageId: string): Promise<readonly string[]>
  releaseImages(podUid: string): Promise<void>
}

/** A runtime that can hold the containers of a pod to limits together. */
export interface PodLimits {
  /** Whether it can here: false where each container is held only by itself. */
  limitsPods(): Promise<boolean>
  /** Where the kernel has the containers of such a pod, below the root of its cgroups. */
  cgroupOf(podUid: string): string
}
export const hasPodLimits = (runtime: ContainerRuntime): runtime is ContainerRuntime & PodLimits => 'limitsPods' in runtime

export interface LocalStorage {
  /** Whether paths of the engine are paths of this machine. */
  readonly local: boolean
}
export const isLocal = (runtime: ContainerRuntime): boolean => (runtime as Partial<LocalStorage>).local === true

/** The streams of a container's own process; `exit` resolves with 0 when its outputs have ended. */
export interface Attachable {
  attach(id: string, options: Omit<ExecOptions, 'command'>): Promise<ExecSession>
}
export const isAttachable = (runtime: ContainerRuntime): runtime is ContainerRuntime & Attachable => 'attach' in runtime

/** Commands of the engine's machine, run as its root. */
export interface HostCommands {
  /** Runs a program of the machine over the folders, which it sees under their own paths. Rejects when it fails. */
  hostCommand(command: readonly string[], folders: readonly string[]): Promise<void>
}
/** Volumes that the engine keeps. */
export interface EngineVolumes {
  /** Makes a volume in memory, or finds it. `options`: as for mount -t tmpfs. Resolves with its name. It is empty again when no container runs that uses it. */
  memoryVolume(of: { readonly podUid: string; readonly volume: string }, options: string): Promise<string>
  removeVolumes(podUid: string): Promise<void>
}
/** The engine has networks that clusters share the room with. Both reject with RuntimeError after two seconds. */
export interface EngineNetworks {
  findNetworks(): Promise<NetworksOnEngine>
  /** Makes the cluster's network as planned, or adopts the one that is there. Resolves with whether pods can have fixed addresses in it. */
  ensureNetwork(plan: ClusterNetwork): Promise<boolean>
}
export const hasEngineNetworks = (runtime: ContainerRuntime): runtime is ContainerRuntime & EngineNetworks => 'ensureNetwork' in runtime

/** Commands of the engine's machine on its own network, with the right to change it. */
export interface NetworkHelperCommands {
  /** Rejects with RuntimeError when it cannot be run or takes longer than ten seconds; an exit code is an answer. */
  networkCommand(command: string, args: readonly string[], input?: string): Promise<{ code: number; stdout: string; stderr: string }>
}
export const hasNetworkHelper = (runtime: ContainerRuntime): runtime is ContainerRuntime & NetworkHelperCommands => 'networkCommand' in runtime

/**
 * The way to the network of pods, and from it to this process, where the engine's machine is another one: the network is not reachable
 * from here. Failures have the codes of node:net (ECONNREFUSED, EADDRNOTAVAIL, ETIMEDOUT).
 */
export interface PodGateway {
  /** Resolves with a connection that is open. */
  dial(to: DialTarget): Promise<Duplex>
  /** Listens at an address of the engine's machine, again by itself when the way broke. Rejects when the address is not there, or taken. */
  listenTcp(at: { readonly host: string; readonly port: number }, accept: (socket: Duplex) => void, options?: { readonly allowHalfOpen?: boolean }): Promise<{ close(): Promise<void> }>
  listenUdp(at: { readonly host: string; readonly port: number }, receive: (message: Buffer, answer: (message: Buffer) => void) => void): Promise<{ close(): Promise<void> }>
  /** The engine has come: try now. */
  hint(): void
  /** Calls back whenever the way is there (again). Answers what ends that. */
  onOpen(tell: () => void): () => void
  health(): { readonly healthy: boolean; readonly message: string }
  close(): void
}
export interface Machine {
  /** To an address as the engine's machine knows it. Rejects with RuntimeError. */
  dialAddress(to: DialTarget): Promise<Duplex>
  /** undefined: the engine's network is this machine's. */
  readonly gateway: PodGateway | undefined
  /** Where there is a gateway: a command of its program (`cat FILE`, `bridge NAME RANGE`) on the engine's machine. Rejects as networkCommand. */
  machineCommand(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }>
}
export const gatewayOf = (runtime: ContainerRuntime): PodGateway | undefined => (runtime as Partial<Machine>).gateway
export const hasMachine = (runtime: ContainerRuntime): runtime is ContainerRuntime & Machine => 'machineCommand' in runtime

export interface BuildOptions {
  /** The name that the image gets. */
  readonly tag: string
  /** Path of the Dockerfile in the context. */
  readonly dockerfile: string
  readonly buildArgs?: Readonly<Record<string, string>>
  /** The stage to stop at. */
  readonly target?: string
  readonly noCache?: boolean
}
export interface PushProgress {
  readonly line: string
  /** 0 until the engine knows them. */
  readonly currentBytes: number
  readonly totalBytes: number
}
/** What people do with images, beyond what pods need. All reject with RuntimeError; an aborted signal ends the work on the engine. */
export interface ImageWorks {
  /** `context`: a tar stream. Resolves with the image's id. */
  buildImage(context: Readable, options: BuildOptions, onLine: (line: string) => void, signal: AbortSignal): Promise<string>
  /** Resolves with the digest under which the registry has it. */
  pushImage(reference: string, credentials: RegistryCredentials | undefined, onProgress: (p: PushProgress) => void, signal: AbortSignal): Promise<string>
  tagImage(image: string, reference: string): Promise<void>
}
export const hasImageWorks = (runtime: ContainerRuntime): runtime is ContainerRuntime & ImageWorks => 'buildImage' in runtime
