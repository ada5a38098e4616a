/** What can be asked without a kind: discovery, the version, and how tokens are checked. Each is a document of its own in version 3. */
import type { Json } from './components.ts'
import { groupName, operation, tagOf, type Writer } from './operations.ts'

const JSON_ONLY = ['application/json']

/** Of a group's version: what it serves. */
export function addResources(paths: Json, group: string, version: string, writer: Writer): void {
  writer.components.mark('V1APIResourceList', { group: '', version: 'v1', kind: 'APIResourceList' })
  paths[group ? `/apis/${group}/${version}/` : `/api/${version}/`] = {
    get: operation({ id: `get${groupName(group, version)}APIResources`, description: 'get available resources', tag: tagOf(group, version), answer: writer.components.ref('V1APIResourceList') }, writer),
  }
}

/** Documents beside those of the groups' versions: `api`, `apis`, `apis/apps`, `version`, … @param groups names, without the core group */
export function rootsOf(groups: readonly string[]): Map<string, (paths: Json, writer: Writer) => void> {
  const known = new Map<string, (paths: Json, writer: Writer) => void>()
  const add = (path: string, id: string, description: string, tag: string, schema: string): void => void known.set(path, (paths, writer) => {
    writer.components.mark(schema, { group: '', version: 'v1', kind: schema.slice(2) })
    paths[`/${path}/`] = { get: operation({ id, description, tag, answer: writer.components.ref(schema) }, writer) }
  })
  add('api', 'getCoreAPIVersions', 'get available API versions', 'core', 'V1APIVersions')
  add('apis', 'getAPIVersions', 'get available API versions', 'apis', 'V1APIGroupList')
  for (const group of groups) add(`apis/${group}`, `get${groupName(group, '')}APIGroup`, 'get information of a group', tagOf(group), 'V1APIGroup')
  known.set('version', (paths, writer) => {
    paths['/version/'] = { get: operation({ id: 'getCodeVersion', description: 'get the version of this server', tag: 'version', answer: writer.components.versionInfo(), types: JSON_ONLY }, writer) }
  })
  const open = (path: string, id: string, description: string, type: string): void => void known.set(path, (paths, writer) => {
    paths[`/${path}/`] = { get: operation({ id, description, tag: 'WellKnown', answer: { type: 'string' }, types: [type] }, writer) }
  })
  open('.well-known/openid-configuration', 'getServiceAccountIssuerOpenIDConfiguration', 'get the issuer of service account tokens, as OpenID Connect describes one', 'application/json')
  open('openid/v1/jwks', 'getServiceAccountIssuerOpenIDKeyset', 'get the public keys of service account tokens, as a JSON Web Key Set', 'application/jwk-set+json')
  return known
}
