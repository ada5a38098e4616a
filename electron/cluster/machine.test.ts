import { expect, test } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { ownAddresses, systemResolvers } from './machine.ts'

test('resolvers are read again, and not each time', async () => {
  const clock = new FakeClock()
  let reads = 0
  const servers = systemResolvers(clock, () => [`192.0.2.${++reads}`])
  expect([servers(), servers()]).toEqual([['192.0.2.1'], ['192.0.2.1']])
  await clock.advance(10_000)
  expect(servers()).toEqual(['192.0.2.2'])
})

test.each([['10.244.3.4', true], ['10.96.0.10', true], ['10.97.0.1', false], ['8.8.8.8', false], ['::1', false]])('%s is ours: %s', (address, ours) => {
  expect(ownAddresses({ podCIDR: '10.244.0.0/16', serviceCIDR: '10.96.0.0/16', nodeMaskSize: 24, gateway: '', bridge: '', apiServerIP: '', dnsIP: '', clusterDomain: '' })(address)).toBe(ours)
})
