import { afterAll, beforeAll, expect, it } from 'vitest'
import { Secrets, ServiceAccounts } from '../../shared/api/resources.ts'
import type { Secret } from '../../shared/api/types.ts'
import { isNotFound } from '../../shared/errors.ts'
import { startLoop, type Loop } from './testing.ts'
import { TOKEN_SECRET } from './token-secrets.ts'

let loop: Loop
const signed: unknown[] = []
beforeAll(async () => { loop = await startLoop(async () => undefined, { tokenSigner: async (claims) => `signed ${signed.push(claims)}` }) })
afterAll(() => loop.close())

const secret = (name: string, account: string): Promise<Secret> => loop.client.create(Secrets, { metadata: { name, namespace: 'default', annotations: { 'kubernetes.io/service-account.name': account } }, type: TOKEN_SECRET })
const text = (s: Secret): Record<string, string> => Object.fromEntries(Object.entries(s.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]))
const filled = (name: string): Promise<Secret> => loop.until(async () => {
  const found = await loop.client.get(Secrets, name, 'default')
  return found.data?.['token'] ? found : undefined
}, 'a token')
const gone = (name: string): Promise<true> => loop.until(() => loop.client.get(Secrets, name, 'default').then(() => undefined, (error: unknown) => isNotFound(error) || undefined), 'gone')

it('a secret gets the token of the account that it names, and goes with it', async () => {
  const account = await loop.client.create(ServiceAccounts, { metadata: { name: 'robot', namespace: 'default' } })
  await secret('robot-token', 'robot')
  const found = await filled('robot-token')
  expect(text(found)).toEqual({ 'ca.crt': 'PEM', namespace: 'default', token: 'signed 1' })
  expect(found.metadata.annotations?.['kubernetes.io/service-account.uid']).toBe(account.metadata.uid)
  expect(signed).toEqual([{ namespace: 'default', secret: 'robot-token', serviceAccount: { name: 'robot', uid: account.metadata.uid } }])
  // What is taken away of it comes back; the token stays.
  await loop.client.patch(Secrets, 'robot-token', 'default', 'merge', { data: { 'ca.crt': null } })
  await loop.until(async () => text(await loop.client.get(Secrets, 'robot-token', 'default'))['ca.crt'] === 'PEM', 'the CA again')
  expect(signed).toHaveLength(1)
  await loop.client.delete(ServiceAccounts, 'robot', 'default')
  expect(await gone('robot-token')).toBe(true)
})
it('a secret of no account is not kept', async () => {
  await secret('nobody', 'absent')
  expect(await gone('nobody')).toBe(true)
})
