/** Which credentials of a pod's imagePullSecrets fit an image. Source: Kubernetes documentation, "Pull an Image from a Private Registry"; kubernetes pkg/credentialprovider. */
import type { Pod } from '../../shared/api/types.ts'
import { logger } from '../../shared/log.ts'
import type { ConfigSource } from './env.ts'
import { parseImageReference } from './runtime/image-reference.ts'
import type { RegistryCredentials } from './runtime/types.ts'

const log = logger('kubelet')

interface Entry { username?: string; password?: string; auth?: string }
type Auths = Record<string, Entry>

function authsOf(secret: { type?: string; data?: Record<string, string> }): Auths {
  const decode = (key: string): unknown => JSON.parse(Buffer.from(secret.data?.[key] ?? '', 'base64').toString('utf8'))
  if (secret.data?.['.dockerconfigjson'] !== undefined) return (decode('.dockerconfigjson') as { auths?: Auths }).auths ?? {}
  if (secret.data?.['.dockercfg'] !== undefined) return decode('.dockercfg') as Auths
  return {}
}

/** `https://index.docker.io/v1/` and `docker.io` are one place; a key may name a path in its registry. */
function normalized(key: string): string {
  const bare = key.replace(/^https?:\/\//, '').replace(/\/(v1|v2)\/?$/, '').replace(/\/+$/, '')
  return bare.replace(/^(index\.|registry-1\.)?docker\.io(?=\/|$)/, 'docker.io')
}

/** `*` stands for anything within one label of the host; ports must be the same. */
function fits(key: string, registry: string, repository: string): boolean {
  const slash = key.indexOf('/')
  const host = slash < 0 ? key : key.slice(0, slash)
  const path = slash < 0 ? '' : key.slice(slash + 1)
  const pattern = new RegExp(`^${host.split('*').map((p) => p.replace(/[.\\+?^${}()|[\]]/g, '\\$&')).join('[^.:]*')}$`)
  return pattern.test(registry) && (path === '' || repository === path || repository.startsWith(`${path}/`))
}

function credentialsOf(entry: Entry, serverAddress: string): RegistryCredentials | undefined {
  if (entry.auth) {
    const text = Buffer.from(entry.auth, 'base64').toString('utf8')
    const colon = text.indexOf(':')
    if (colon > 0) return { username: text.slice(0, colon), password: text.slice(colon + 1), serverAddress }
  }
  return entry.username ? { username: entry.username, password: entry.password ?? '', serverAddress } : undefined
}

/** The most specific first. A secret that is not there or cannot be read is as if it were not named, with a warning. */
export function pullCredentials(pod: Pod, image: string, secret: ConfigSource['secret']): RegistryCredentials[] {
  if (!pod.spec.imagePullSecrets?.length) return []
  const { registry, repository } = parseImageReference(image)
  const found: { key: string; credentials: RegistryCredentials }[] = []
  for (const { name } of pod.spec.imagePullSecrets) {
    const s = secret(pod.metadata.namespace ?? '', name ?? '')
    try {
      if (!s) throw new Error('it does not exist')
      for (const [raw, entry] of Object.entries(authsOf(s))) {
        const key = normalized(raw)
        const credentials = fits(key, registry, repository) ? credentialsOf(entry, registry) : undefined
        if (credentials) found.push({ key, credentials })
      }
    } catch (e) {
      log.warning('cannot use an image pull secret', { pod: `${pod.metadata.namespace}/${pod.metadata.name}`, secret: name, error: e as Error })
    }
  }
  return found.sort((a, b) => b.key.length - a.key.length).map((f) => f.credentials)
}
