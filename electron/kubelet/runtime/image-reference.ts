/** Image references: `[registry/]repository[:tag][@digest]`. Source: the distribution project's reference grammar and Docker's defaults. */
import { RuntimeError } from './types.ts'

export interface ImageReference {
  /** `docker.io` when the name has none. */
  readonly registry: string
  /** With `library/` in front of official names. */
  readonly repository: string
  /** `latest` when there is neither tag nor digest. */
  readonly tag?: string
  readonly digest?: string
}

const PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
const HOST = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/
const TAG = /^\w[\w.-]{0,127}$/
const DIGEST = /^[a-zA-Z][a-zA-Z0-9]*(?:[-_+.][a-zA-Z][a-zA-Z0-9]*)*:[0-9a-fA-F]{32,}$/

/** Throws RuntimeError InvalidImageName, in the words a user sees. */
export function parseImageReference(text: string): ImageReference {
  const fail = (why: string): never => {
    throw new RuntimeError('InvalidImageName', `couldn't parse image name ${JSON.stringify(text)}: invalid reference format: ${why}`)
  }
  if (!text) fail('it is empty')
  if (text.length > 512) fail('it is longer than 512 characters')
  if (text !== text.trim()) fail('it begins or ends with a space')
  let rest = text
  let digest: string | undefined
  let tag: string | undefined
  const at = rest.indexOf('@')
  if (at >= 0) {
    digest = rest.slice(at + 1)
    rest = rest.slice(0, at)
    if (!DIGEST.test(digest)) fail('the digest must be like sha256: and 64 hexadecimal digits')
  }
  const colon = rest.lastIndexOf(':')
  if (colon > rest.lastIndexOf('/')) {
    tag = rest.slice(colon + 1)
    rest = rest.slice(0, colon)
    if (!TAG.test(tag)) fail('a tag has at most 128 letters, digits, underscores, periods and dashes')
  }
  const slash = rest.indexOf('/')
  const first = slash < 0 ? '' : rest.slice(0, slash)
  const hasRegistry = first.includes('.') || first.includes(':') || first === 'localhost' || first !== first.toLowerCase()
  let registry = hasRegistry ? first : 'docker.io'
  if (registry === 'index.docker.io') registry = 'docker.io'
  let repository = hasRegistry ? rest.slice(slash + 1) : rest
  if (!HOST.test(registry)) fail(`${JSON.stringify(registry)} is no registry host`)
  if (repository !== repository.toLowerCase()) fail('repository name must be lowercase')
  if (!repository.split('/').every((p) => PART.test(p))) fail('a repository has lower-case letters, digits and single separators')
  if (registry === 'docker.io' && !repository.includes('/')) repository = `library/${repository}`
  if (!tag && !digest) tag = 'latest'
  return { registry, repository, ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) }
}

/** The full name: `docker.io/library/nginx:latest`. */
export function normalizeImageReference(text: string): string {
  const r = parseImageReference(text)
  return `${r.registry}/${r.repository}${r.tag ? `:${r.tag}` : ''}${r.digest ? `@${r.digest}` : ''}`
}

/** As Docker lists it: without `docker.io/library/`. */
export function familiarImageReference(text: string): string {
  return normalizeImageReference(text).replace(/^docker\.io\/(library\/)?/, '')
}
