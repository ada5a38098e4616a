/**
 * dockerode, without what it never uses here. Its BuildKit sessions pull in gRPC and protobuf, its SSH transport pulls in
 * ssh2. Node's module cache is given empty modules in their place before dockerode is required (a CommonJS package, so the
 * cache is consulted). Measured on x64 with Node 24, median of five: 169 ms of processor time and 28 MB become 66 ms and
 * 16 MB, most of it http and tls, which the API server needs anyhow. With DOCKER_HOST=ssh://… ssh2 stays real.
 */
import { createRequire } from 'node:module'
import type Docker from 'dockerode'

// Not named `require`: the bundle declares one of its own.
const load = createRequire(import.meta.url)
let loaded: typeof Docker | undefined

function stub(from: NodeJS.Require, name: string): void {
  let file: string
  try {
    file = from.resolve(name)
  } catch {
    return // Not installed at all: then dockerode's own require says so.
  }
  from.cache[file] ??= { id: file, filename: file, loaded: true, exports: {}, children: [], paths: [], path: '', isPreloading: false, parent: null, require: from } as unknown as NodeJS.Module
}

/** The constructor of dockerode; loaded at the first call. */
export function loadDockerode(): typeof Docker {
  if (loaded) return loaded
  const own = createRequire(load.resolve('dockerode'))
  stub(own, '@grpc/grpc-js')
  stub(own, '@grpc/proto-loader')
  if (!process.env['DOCKER_HOST']?.startsWith('ssh:')) stub(createRequire(own.resolve('docker-modem')), 'ssh2')
  loaded = load('dockerode') as typeof Docker
  return loaded
}
