import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createOpenApi } from '../openapi/index.ts'
import { localNode } from '../resources/localnode.ts'
import { startWorld } from '../testing.ts'
import { checkObject } from './check.ts'
import { withOwnSchemas } from './inline.ts'
import { loadDescriptions, loadSchemas } from './load.ts'

const resources = join(import.meta.dirname, '../../../resources')
const generated = loadSchemas(resources)

describe('schemas that a kind brings', () => {
  it('stand beside the generated ones', () => {
    const all = withOwnSchemas(generated, [localNode])
    expect(checkObject({ spec: { cpu: 2, nope: 1, running: 'yes' } }, localNode.schema, all)).toEqual({
      object: { spec: { cpu: '2' } }, unknown: ['spec.nope'], errors: ['json: cannot unmarshal string into Go struct field LocalNodeSpec.spec.running of type bool'],
    })
  })
  it('may not take a name that is taken', () => {
    expect(() => withOwnSchemas(generated, [{ ownSchemas: { V1Pod: { type: 'object' } } }])).toThrow('two schemas are named V1Pod')
  })
  it('are in OpenAPI, with their descriptions and kind', async () => {
    const kinds = [localNode]
    const api = createOpenApi({ kinds: () => kinds, schemas: withOwnSchemas(generated, kinds), descriptions: () => loadDescriptions(resources) })
    const { schemas } = JSON.parse(new TextDecoder().decode(await api.v3('apis/pilothouse.dev/v1')?.bytes())).components
    expect(schemas['dev.pilothouse.v1.LocalNode']['x-kubernetes-group-version-kind']).toEqual([{ group: 'pilothouse.dev', version: 'v1', kind: 'LocalNode' }])
    expect(schemas['dev.pilothouse.v1.LocalNodeSpec'].properties.running.description).toContain('power was off')
    expect(Object.keys(schemas)).toContain('dev.pilothouse.v1.LocalNodeList')
  })
})

describe('LocalNode', () => {
  const PATH = '/apis/pilothouse.dev/v1/localnodes'
  it('is made with its defaults and its finalizer, and says what is wrong', async () => {
    const world = await startWorld()
    try {
      const made = await world.ask('POST', PATH, { apiVersion: 'pilothouse.dev/v1', kind: 'LocalNode', metadata: { name: 'b' }, spec: { cpu: '1.5', labels: { zone: 'x' } } })
      expect(made.status).toBe(201)
      expect(made.body).toMatchObject({ metadata: { finalizers: ['pilothouse.dev/local-node'], generation: 1 }, spec: { cpu: '1500m', running: true } })
      const bad = await world.ask('POST', PATH, { apiVersion: 'pilothouse.dev/v1', kind: 'LocalNode', metadata: { name: 'c' }, spec: { cpu: '1m', memory: '1Ki', pods: 0, labels: { '-': 'x' }, taints: [{ key: 'a', effect: 'Go' }] } })
      expect(bad.status).toBe(422)
      expect((bad.body as unknown as { details: { causes: { field: string }[] } }).details.causes.map((c) => c.field)).toEqual(['spec.cpu', 'spec.memory', 'spec.pods', 'spec.labels', 'spec.taints[0].effect'])
      const table = await world.ask('GET', PATH, undefined, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })
      expect((table.body as unknown as { rows: { cells: unknown[] }[] }).rows[0]?.cells.slice(0, 4)).toEqual(['b', 'Pending', '1500m', '<share>'])
    } finally {
      await world.close()
    }
  })
})
