/**
 * Pages for whoever looks into what is the matter with a server: how long it has been up (/statusz) and with what it was started
 * (/flagz). Text for people, or an object of config.k8s.io for programs that ask for one by group, version and kind.
 * Source: Kubernetes documentation, "Kubernetes z-pages"; on by default since 1.36.
 */
import { notAcceptable } from '../../shared/errors.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { parseAccept } from './negotiate.ts'
import type { ApiRequest, ApiResponse } from './types.ts'

const COMPONENT = 'kube-apiserver'
const VERSIONS = new Set(['v1alpha1', 'v1beta1'])
/** Groups of paths that are no help in finding what is wrong. */
const NO_HELP = new Set(['apis', 'api', 'openid', 'openapi', '.well-known', ''])
const WARNING = 'Warning: This endpoint is not meant to be machine parseable, has no formatting compatibility guarantees and is for debugging purposes only.'

export interface Started {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly now: number
  readonly goVersion: string
  /** `v1.36.0+build` */
  readonly gitVersion: string
  /** Every path of the server. */
  readonly paths: readonly string[]
}

const plain = (text: string): ApiResponse => ({ status: 200, body: { type: 'bytes', bytes: Buffer.from(text), contentType: 'text/plain; charset=utf-8' } })
const two = (n: number): string => String(n).padStart(2, '0')
/** `Fri Nov 27 02:53:15 UTC 2026` */
function unixDate(time: number): string {
  const [weekday = '', day = '', month = '', year = '', clock = ''] = new Date(time).toUTCString().replace(',', '').split(' ')
  return `${weekday} ${month} ${String(Number(day)).padStart(2, ' ')} ${clock} UTC ${year}`
}

/** Text unless an object is asked for in full: JSON of any other form is not to be had. Throws NotAcceptable. */
function answer(request: Pick<ApiRequest, 'headers'>, kind: string, object: (apiVersion: string) => object, text: () => string): ApiResponse {
  const accept = request.headers['accept']?.trim()
  if (!accept) return plain(text())
  for (const { type, parameters: { g, v = '', as } } of parseAccept(accept)) {
    if (type === 'text/plain' || type === 'text/*' || type === '*/*') return plain(text())
    if (type === 'application/json' && g === 'config.k8s.io' && VERSIONS.has(v) && as === kind) {
      return { status: 200, body: { type: 'object', value: object(`${g}/${v}`) } }
    }
  }
  throw notAcceptable('application/json, application/yaml, text/plain')
}

export function statusz(request: Pick<ApiRequest, 'headers'>, { at, now, goVersion, gitVersion, paths }: Started): ApiResponse {
  const seconds = Math.max(0, Math.floor((now - at) / 1000))
  const [binary, emulated] = [gitVersion.replace(/^v/, ''), gitVersion.replace(/^v(\d+\.\d+).*/, '$1')]
  const groups = [...new Set(paths.map((path) => path.split('/')[1] ?? ''))].filter((first) => !NO_HELP.has(first)).map((first) => `/${first}`).sort()
  return answer(request, 'Statusz',
    (apiVersion) => ({ kind: 'Statusz', apiVersion, metadata: { name: COMPONENT }, startTime: rfc3339(at), uptimeSeconds: seconds, goVersion, binaryVersion: binary, emulationVersion: emulated, paths: groups }),
    () => `
${COMPONENT} statusz
${WARNING}

Started: ${unixDate(at)}
Up: ${Math.floor(seconds / 3600)} hr ${two(Math.floor(seconds / 60) % 60)} min ${two(seconds % 60)} sec
Go version: ${goVersion}
Binary version: ${binary}
Emulation version: ${emulated}
Paths: ${groups.join(' ')}
`)
}

/** @param flags by the names that upstream's server has for them */
export function flagz(request: Pick<ApiRequest, 'headers'>, flags: Readonly<Record<string, string>>): ApiResponse {
  const names = Object.keys(flags).sort()
  return answer(request, 'Flagz',
    (apiVersion) => ({ kind: 'Flagz', apiVersion, metadata: { name: COMPONENT }, flags }),
    () => `\n${COMPONENT} flagz\n${WARNING}\n\n${names.map((name) => `${name}=${flags[name]}\n`).join('')}`)
}
