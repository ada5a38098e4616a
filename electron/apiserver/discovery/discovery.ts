/**
 * What the server serves, for clients: the legacy documents and the aggregated ones (v2 and v2beta1), made once from the
 * kinds. Source: Kubernetes documentation, "API concepts: discovery".
 */
import { createHash } from 'node:crypto'
import type { KindDefinition } from '../resources/kind.ts'
import { sortedGroups, sortedVersions } from './priorities.ts'

const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const STATUS_VERBS = ['get', 'patch', 'update']

export interface Document {
  readonly bytes: Buffer
  readonly etag: string
}
export interface Discovery {
  /** Where there is a document of its own. */
  readonly paths: readonly string[]
  /** `/api`, `/apis`, `/apis/apps`, `/apis/apps/v1`, `/api/v1`. */
  legacy(path: string): Document | undefined
  /** The path is of a version whose server does not answer at present. */
  isStale(path: string): boolean
  /** For `/api` and `/apis`. */
  aggregated(path: '/api' | '/apis', version: 'v2' | 'v2beta1'): Document
}

interface Resource {
  name: string
  singularName: string
  namespaced: boolean
  group?: string
  version?: string
  kind: string
  verbs: readonly string[]
  shortNames?: readonly string[]
  categories?: readonly string[]
}

function subresourcesOf(kind: KindDefinition): { name: string; verbs: readonly string[]; kind: string; group?: string; version?: string }[] {
  return [
    ...(kind.status ? [{ name: 'status', verbs: STATUS_VERBS, kind: kind.kind }] : []),
    ...(kind.scale ? [{ name: 'scale', verbs: STATUS_VERBS, kind: 'Scale', group: 'autoscaling', version: 'v1' }] : []),
    ...(kind.subresources ?? []),
  ]
}

/** Of a server that has never answered nothing is known but its version. */
const isKnown = (kind: KindDefinition): boolean => kind.resource !== ''

function resources(kinds: readonly KindDefinition[]): Resource[] {
  return kinds.filter(isKnown).flatMap((k): Resource[] => {
    const namespaced = k.scope === 'Namespaced'
    return [
      {
        name: k.resource, singularName: k.singular, namespaced, kind: k.kind, verbs: k.verbs ?? ALL_VERBS,
        ...(k.shortNames?.length ? { shortNames: k.shortNames } : {}), ...(k.categories?.length ? { categories: k.categories } : {}),
      },
      ...subresourcesOf(k).map((s) => ({
        name: `${k.resource}/${s.name}`, singularName: '', namespaced, kind: s.kind, verbs: s.verbs,
        ...(s.group === undefined ? {} : { group: s.group }), ...(s.version === undefined ? {} : { version: s.version }),
      })),
    ]
  })
}

function aggregatedResource(k: KindDefinition): object {
  const responseKind = (kind: string, group = k.group, version = k.version): object => ({ group, version, kind })
  const subresources = subresourcesOf(k).map((s) => ({ subresource: s.name, responseKind: responseKind(s.kind, s.group, s.version), verbs: s.verbs }))
  return {
    resource: k.resource, responseKind: responseKind(k.kind), scope: k.scope, singularResource: k.singular, verbs: k.verbs ?? ALL_VERBS,
    ...(k.shortNames?.length ? { shortNames: k.shortNames } : {}), ...(k.categories?.length ? { categories: k.categories } : {}),
    ...(subresources.length ? { subresources } : {}),
  }
}

function document(value: object): Document {
  const bytes = Buffer.from(JSON.stringify(value))
  return { bytes, etag: `"${createHash('sha256').update(bytes).digest('hex').toUpperCase()}"` }
}

/** @param address where clients of whatever network reach the server, `host:port`; undefined: that is not known yet */
export function createDiscovery(kinds: readonly KindDefinition[], address: () => string | undefined = () => undefined): Discovery {
  const groups = new Map<string, Map<string, KindDefinition[]>>()
  for (const kind of kinds) {
    const versions = groups.get(kind.group) ?? new Map<string, KindDefinition[]>()
    groups.set(kind.group, versions)
    versions.set(kind.version, [...(versions.get(kind.version) ?? []), kind])
  }
  for (const [name, versions] of groups) groups.set(name, new Map(sortedVersions([...versions]).map(([version, list]) => [version, [...list]])))
  const legacy = new Map<string, Document>()
  const stale = new Set<string>()
  const group = (name: string, versions: Map<string, unknown>): object => {
    const list = [...versions.keys()].map((version) => ({ groupVersion: `${name}/${version}`, version }))
    return { name, versions: list, preferredVersion: list[0] }
  }
  const named = sortedGroups([...groups].filter(([name]) => name !== '').map((entry) => [entry[0], [...entry[1].values()].flat(), entry] as const))
  const versionsOf = (serverAddress: string | undefined): Document => document({ kind: 'APIVersions', versions: [...(groups.get('')?.keys() ?? [])], serverAddressByClientCIDRs: serverAddress ? [{ clientCIDR: '0.0.0.0/0', serverAddress }] : [] })
  let told = address()
  legacy.set('/api', versionsOf(told))
  legacy.set('/apis', document({ kind: 'APIGroupList', apiVersion: 'v1', groups: named.map(([name, versions]) => group(name, versions)) }))
  for (const [name, versions] of groups) {
    if (name) legacy.set(`/apis/${name}`, document({ kind: 'APIGroup', apiVersion: 'v1', ...group(name, versions) }))
    for (const [version, list] of versions) {
      const groupVersion = name ? `${name}/${version}` : version
      if (list.some((k) => k.stale)) stale.add(`/apis/${groupVersion}`)
      legacy.set(name ? `/apis/${groupVersion}` : `/api/${version}`, document({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: resources(list) }))
    }
  }
  const aggregatedOf = (some: [string, Map<string, KindDefinition[]>][], version: string): Document => document({
    kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {},
    items: some.map(([name, versions]) => ({
      metadata: { name },
      versions: [...versions].map(([v, list]) => ({ version: v, resources: list.filter(isKnown).map(aggregatedResource), freshness: list.some((k) => k.stale) ? 'Stale' : 'Current' })),
    })),
  })
  const core = [...groups].filter(([name]) => name === '')
  const aggregated = new Map((['v2', 'v2beta1'] as const).flatMap((v) => [[`/api ${v}`, aggregatedOf(core, v)], [`/apis ${v}`, aggregatedOf(named, v)]] as [string, Document][]))
  return {
    paths: [...legacy.keys()],
    legacy(path) {
      if (path === '/api' && told !== address()) legacy.set(path, versionsOf((told = address())))
      return legacy.get(path)
    },
    isStale: (path) => stale.has(path),
    aggregated: (path, version) => aggregated.get(`${path} ${version}`) as Document,
  }
}
