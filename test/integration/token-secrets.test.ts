/** Tokens that live in Secrets, as charts and pipelines still make them: real kubectl comes in by one, and not any more once it is gone. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Secret } from '../../shared/api/types.ts'
import { App, eventually } from './app.ts'

let app: App
beforeAll(async () => { app = await App.start({ args: ['--runtime', 'hollow'] }) })
afterAll(async () => app?.dispose())

const SECRET = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'robot', annotations: { 'kubernetes.io/service-account.name': 'robot' } }, type: 'kubernetes.io/service-account-token' }
const filled = (): Promise<Secret> => eventually('the Secret has a token', () => app.api.get<Secret>('/api/v1/namespaces/default/secrets/robot'), (s) => Boolean(s.data?.['token']))
/** With nothing but the token; the kubeconfig's own certificate would come first. */
const whoami = (token: string) => app.kubectl('35', ['--kubeconfig=/dev/null', `--server=${app.ready.apiServer}`, '--insecure-skip-tls-verify', `--token=${token}`, 'auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'])

it('is a way in as long as the Secret is there, and the account', async () => {
  await app.ok('35', ['create', 'serviceaccount', 'robot'])
  await app.ok('35', ['create', '-f', '-'], { input: JSON.stringify(SECRET) })
  const { data = {} } = await filled()
  const [token, ca, namespace] = ['token', 'ca.crt', 'namespace'].map((key) => Buffer.from(data[key] ?? '', 'base64').toString())
  expect([ca, namespace]).toEqual([expect.stringContaining('BEGIN CERTIFICATE'), 'default'])
  expect(await whoami(token ?? '')).toMatchObject({ code: 0, stdout: 'system:serviceaccount:default:robot' })
  // It may do what its account may.
  await app.ok('35', ['create', 'rolebinding', 'robot', '--clusterrole=view', '--serviceaccount=default:robot'])
  expect(await app.ok('35', ['auth', 'can-i', 'list', 'pods', '--as=system:serviceaccount:default:robot'])).toBe('yes\n')

  await app.ok('35', ['delete', 'secret', 'robot'])
  expect(await whoami(token ?? '')).toMatchObject({ code: 1, stderr: expect.stringContaining('You must be logged in to the server') as unknown })
  // One of the same name has another token, and goes with its account.
  await app.ok('35', ['create', '-f', '-'], { input: JSON.stringify(SECRET) })
  const again = Buffer.from((await filled()).data?.['token'] ?? '', 'base64').toString()
  expect(await whoami(again)).toMatchObject({ code: 0 })
  await app.ok('35', ['delete', 'serviceaccount', 'robot'])
  expect(await whoami(again)).toMatchObject({ code: 1 })
  await eventually('the Secret is gone', () => app.kubectl('35', ['get', 'secret', 'robot']), (r) => r.code !== 0)
})
