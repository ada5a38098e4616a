import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../shared/api/meta.ts'
import { openStore } from '../../etcd/store.ts'
import type { Store } from '../../etcd/types.ts'
import { storeCodec } from '../server.ts'
import { moveRanges } from './move-ranges.ts'

const FROM = { podCIDR: '10.244.0.0/16', serviceCIDR: '10.96.0.0/16' }
const TO = { podCIDR: '10.245.0.0/16', serviceCIDR: '10.97.0.0/16' }
let store: Store<KubeObject>
let directory: string
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'move-'))
  store = await openStore<KubeObject>({ directory, codec: storeCodec })
})
afterEach(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})
const put = (key: string, object: object): Promise<unknown> => store.txn({ compare: [], operations: [{ type: 'put', key, value: (revision) => ({ apiVersion: 'v1', ...object, metadata: { name: key.split('/').pop(), resourceVersion: String(revision) } }) as unknown as KubeObject }] })
const specOf = (key: string): unknown => (store.get(key)?.value as { spec?: unknown } | undefined)?.spec

describe('addresses that move to other ranges', () => {
  it('keep their place there: shares of nodes, addresses of Services, the range itself', async () => {
    await put('/registry/core/nodes/n', { spec: { podCIDR: '10.244.3.0/24', podCIDRs: ['10.244.3.0/24'], providerID: 'x' } })
    await put('/registry/core/services/default/web', { spec: { clusterIP: '10.96.4.7', clusterIPs: ['10.96.4.7'], ports: [{ port: 80 }] } })
    await put('/registry/networking.k8s.io/servicecidrs/kubernetes', { spec: { cidrs: ['10.96.0.0/16'] } })
    expect(await moveRanges(store, FROM, TO)).toBe(3)
    expect(specOf('/registry/core/nodes/n')).toEqual({ podCIDR: '10.245.3.0/24', podCIDRs: ['10.245.3.0/24'], providerID: 'x' })
    expect(specOf('/registry/core/services/default/web')).toEqual({ clusterIP: '10.97.4.7', clusterIPs: ['10.97.4.7'], ports: [{ port: 80 }] })
    expect(specOf('/registry/networking.k8s.io/servicecidrs/kubernetes')).toEqual({ cidrs: ['10.97.0.0/16'] })
    const { value, modRevision } = store.get('/registry/core/nodes/n') ?? {}
    expect(value?.metadata.resourceVersion).toBe(String(modRevision))
  })
  it('are moved once, and at once: a second time nothing is written', async () => {
    await put('/registry/core/nodes/n', { spec: { podCIDR: '10.244.3.0/24' } })
    await put('/registry/core/services/default/web', { spec: { clusterIP: '10.96.4.7' } })
    const before = store.revision
    await moveRanges(store, FROM, TO)
    expect(store.revision).toBe(before + 1)
    expect(await moveRanges(store, FROM, TO)).toBe(0)
    expect(store.revision).toBe(before + 1)
  })
  it('stay where they are none of the old range: headless, of another ServiceCIDR, not yet given, of a range that stays', async () => {
    await put('/registry/core/nodes/new', { spec: {} })
    await put('/registry/core/services/default/headless', { spec: { clusterIP: 'None', clusterIPs: ['None'] } })
    await put('/registry/core/services/default/elsewhere', { spec: { clusterIP: '10.200.0.9' } })
    await put('/registry/networking.k8s.io/servicecidrs/mine', { spec: { cidrs: ['10.96.128.0/24'] } })
    await put('/registry/core/services/default/web', { spec: { clusterIP: '10.96.4.7' } })
    expect(await moveRanges(store, FROM, { ...TO, serviceCIDR: FROM.serviceCIDR })).toBe(0)
    expect(await moveRanges(store, FROM, TO)).toBe(1)
  })
})
