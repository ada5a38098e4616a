import { expect, it } from 'vitest'
import { Leases } from '../../../../shared/api/resources.ts'
import { api, namespace } from '../../cluster.ts'
import { of } from '../../apps/helpers.ts'

it('lease API', async () => {
  const ns = await namespace()
  const leases = of(Leases, ns)
  const time = '2026-01-01T00:00:00.000001Z'
  const made = await leases.create('l', { spec: { holderIdentity: 'holder', leaseDurationSeconds: 30, acquireTime: time, renewTime: time, leaseTransitions: 0 } }, { labels: { lease: ns } })
  const read = await leases.get('l')
  expect(read.spec).toEqual(made.spec)
  expect(read.spec?.renewTime).toBe(time)
  const later = { holderIdentity: 'holder2', leaseDurationSeconds: 60, acquireTime: '2026-01-01T00:00:01.000000Z', renewTime: '2026-01-01T00:00:01.000000Z', leaseTransitions: 1 }
  expect((await leases.replace({ ...read, spec: later })).spec).toEqual(later)
  expect((await leases.patch('l', { spec: { leaseDurationSeconds: 65 } })).spec?.leaseDurationSeconds).toBe(65)
  await leases.create('m', { spec: { leaseDurationSeconds: 30 } }, { labels: { lease: ns } })
  expect(await leases.list(`lease=${ns}`)).toHaveLength(2)
  await leases.removeAll(`lease=${ns}`)
  expect(await leases.list()).toEqual([])
  await leases.create('n', { spec: {} })
  await leases.remove('n')
  await expect(api().get(leases.at('n'))).rejects.toThrow('404')
})
