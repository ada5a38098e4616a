import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOpenApi } from './openapi/index.ts'
import { loadDescriptions } from './schema/load.ts'
import { startWorld, type World } from './testing.ts'

const resources = join(import.meta.dirname, '../../resources')
let world: World
beforeAll(async () => {
  world = await startWorld({ openApi: (kinds, schemas) => createOpenApi({ kinds, schemas, descriptions: () => loadDescriptions(resources) }) })
})
afterAll(() => world.close())

const JSON_TYPE = 'application/json'
const ASKED = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'
const GIVEN = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'

describe('/openapi/v2', () => {
  it.each([
    [undefined, JSON_TYPE], ['*/*', JSON_TYPE], [JSON_TYPE, JSON_TYPE], [ASKED, GIVEN], [GIVEN, GIVEN], [`${ASKED},${JSON_TYPE}`, GIVEN], [`${JSON_TYPE}, ${ASKED}`, JSON_TYPE], [`${JSON_TYPE};q=0.5,${ASKED}`, GIVEN],
  ])('to who accepts %s is %s', async (accept, type) => {
    const { raw, status, headers } = await world.ask('GET', '/openapi/v2', undefined, accept === undefined ? {} : { accept })
    expect([status, raw.body.type === 'bytes' && raw.body.contentType, headers['vary']]).toEqual([200, type, 'Accept'])
    const again = await world.ask('GET', '/openapi/v2', undefined, { ...(accept === undefined ? {} : { accept }), 'if-none-match': headers['etag'] ?? '' })
    expect(again.status).toBe(304)
  })
  it('the two forms have tags of their own', async () => {
    const tags = await Promise.all([JSON_TYPE, ASKED].map(async (accept) => (await world.ask('GET', '/openapi/v2', undefined, { accept })).headers['etag']))
    expect(new Set(tags).size).toBe(2)
  })
  it('anything else is not acceptable', async () => {
    expect((await world.ask('GET', '/openapi/v2', undefined, { accept: 'text/html' })).status).toBe(406)
  })
})
