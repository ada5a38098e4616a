/** Whose machine the engine is of: this one, a virtual one on it (Docker Desktop, Colima, Rancher Desktop), or another. */
import { realpathSync } from 'node:fs'

const SOCKET = '/var/run/docker.sock'
/** Where those that run a virtual machine put the socket of its engine, also on Linux. */
const VIRTUAL = /\/\.docker\/(?:desktop|run)\/|\/\.rd\/|\/\.colima\/|\/colima\/|\/\.lima\/|\/\.orbstack\//
/** An engine without root has a network of its own, and this machine's files. */
const ROOTLESS = /^\/run\/user\/\d+\/docker\.sock$/

export interface EngineMachine {
  /** Whether paths of the engine are paths of this machine. */
  readonly paths: boolean
  /** Whether the network of the engine is this machine's. */
  readonly network: boolean
}

const real = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return path // No engine yet: it is then where it is said to be.
  }
}

/** @param socketPath where its socket is; absent: DOCKER_HOST, or the platform's */
export function engineMachine(socketPath?: string, host = process.env['DOCKER_HOST'], platform: NodeJS.Platform = process.platform): EngineMachine {
  if (platform !== 'linux' || (!socketPath && host && !host.startsWith('unix:'))) return { paths: false, network: false }
  const path = real(socketPath ?? host?.replace(/^unix:\/*/, '/') ?? SOCKET)
  if (VIRTUAL.test(path)) return { paths: false, network: false }
  return { paths: true, network: !ROOTLESS.test(path) }
}
