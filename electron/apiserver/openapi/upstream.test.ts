/**
 * Our documents against those of an upstream API server (recorded, less all sentences, by scripts/witness/openapi.mjs, which says how). They are of
 * an older release: what it has and ours has not is listed here with its reason; what ours has beyond it is newer.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { factsOf, type Document3, type Facts, type Operation, type Type } from '../../../scripts/witness/openapi-facts.ts'
import { startWorld } from '../testing.ts'
import { loadDescriptions } from '../schema/load.ts'
import { createOpenApi } from './index.ts'

const upstream = JSON.parse(brotliDecompressSync(readFileSync(join(import.meta.dirname, 'upstream.fixture.br'))).toString()) as Record<string, Facts>
const resources = join(import.meta.dirname, '../../../resources')
const ours: Record<string, Facts> = {}

/** Taken out of the API before release 1.36, or put in another form. */
const GONE_TYPES = ['io.k8s.api.core.v1.ClaimSource']
const GONE_FIELDS = ['io.k8s.api.core.v1.PersistentVolumeClaimStatus resizeStatus', 'io.k8s.api.core.v1.PodResourceClaim source']
const OTHER_FIELDS = ['io.k8s.api.core.v1.PersistentVolumeClaimSpec resources']
/** What has to be there changed. */
const OTHER_REQUIRED = ['io.k8s.api.authentication.v1.TokenRequest', 'io.k8s.api.authentication.v1.TokenRequestSpec', 'io.k8s.api.authentication.v1.TokenRequestStatus', 'io.k8s.api.batch.v1.CronJob', 'io.k8s.api.discovery.v1.EndpointSlice', 'io.k8s.api.apps.v1.StatefulSetSpec', 'io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern', 'io.k8s.api.batch.v1.PodFailurePolicyRule', 'io.k8s.api.core.v1.HostAlias', 'io.k8s.api.core.v1.PodIP']
/** Of older releases only. */
const GONE_PATCH = ['io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement key']
/** Of no single kind: each document names the groups that it has heard of. */
const OF_ALL_GROUPS = /\.(DeleteOptions|Status|WatchEvent)$/

beforeAll(async () => {
  const world = await startWorld({ openApi: (kinds, schemas) => createOpenApi({ kinds, schemas, descriptions: () => loadDescriptions(resources) }) })
  try {
    for (const path of Object.keys(upstream)) {
      const { body } = await world.ask('GET', `/openapi/v3/${path}`)
      ours[path] = factsOf(body as unknown as Document3)
    }
  } finally {
    await world.close()
  }
})

describe.each(Object.keys(upstream))('%s', (path) => {
  const theirs = upstream[path] as Facts
  it.each(Object.keys(theirs.operations))('%s', (name) => {
    const { parameters, ...expected } = theirs.operations[name] as Operation
    const found = ours[path]?.operations[name]
    expect({ ...found }).toMatchObject({ ...expected })
    expect(found?.parameters).toEqual(expect.arrayContaining([...parameters]))
  })
  it('has each operation under a name of its own', () => {
    const ids = Object.values(ours[path]?.operations ?? {}).map((o) => o.id)
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([])
  })
  it.each(Object.keys(theirs.types).filter((name) => !GONE_TYPES.includes(name)))('%s', (name) => {
    const { kinds, required, fields, patch } = theirs.types[name] as Type
    const found = ours[path]?.types[name]
    const own = { kinds: OF_ALL_GROUPS.test(name) ? found?.kinds : kinds, required: OTHER_REQUIRED.includes(name) ? found?.required : required }
    expect(found).toMatchObject(own)
    expect(found?.fields).toMatchObject(Object.fromEntries(Object.entries(fields).filter(([field]) => ![...GONE_FIELDS, ...OTHER_FIELDS].includes(`${name} ${field}`))))
    expect(found?.patch).toMatchObject(Object.fromEntries(Object.entries(patch).filter(([field]) => !GONE_PATCH.includes(`${name} ${field}`))))
  })
})
