import { VersionApi } from '@kubernetes/client-node'
import { expect, it } from 'vitest'
import { client } from '../cluster.ts'

it('server version', async () => {
  const version = await client().makeApiClient(VersionApi).getCode()
  expect(Number.parseInt(version.major, 10)).toBe(1)
  expect(String(Number.parseInt(version.minor, 10))).toBe(version.minor.replace(/\+$/, ''))
  expect(version.gitVersion).toMatch(/^v1\.\d+\.\d+/)
})
