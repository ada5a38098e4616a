import { expect, it } from 'vitest'
import type { KubeList, KubeObject } from '../../../shared/api/meta.ts'
import { api, ok } from '../cluster.ts'
import { anything, define, version, type Kind } from './custom.ts'
import { hookServer } from './hook-server.ts'

type Tab = KubeObject & { hostPort?: string; host?: string; port?: string }

/** v1 says `hostPort`, v2 `host` and `port`; the webhook knows the way. */
async function converted(): Promise<{ ns: string; kind: Kind }> {
  const server = await hookServer()
  const conversion = { strategy: 'Webhook', webhook: { clientConfig: server.clientConfig('/crdconvert'), conversionReviewVersions: ['v1', 'v1beta1'] } }
  return { ns: server.namespace, kind: await define([version('v1', anything), version('v2', anything, { storage: false })], { spec: { conversion } }) }
}

it('CR v1 to v2', async () => {
  const { ns, kind } = await converted()
  await api().send('POST', kind.path(ns), kind.object('one', { hostPort: 'localhost:8080' }))
  expect(await api().get<Tab>(`${kind.path(ns, 'v2')}/one`)).toMatchObject({ apiVersion: `${kind.group}/v2`, host: 'localhost', port: '8080' })
  expect(await api().get<Tab>(`${kind.path(ns)}/one`)).toMatchObject({ apiVersion: `${kind.group}/v1`, hostPort: 'localhost:8080' })
})

it('non homogeneous list', async () => {
  const { ns, kind } = await converted()
  await api().send('POST', kind.path(ns), kind.object('one', { hostPort: 'localhost:8080' }))
  // From now on v2 is stored: the two objects are stored in different versions.
  await ok(['patch', 'crd', kind.name, '--type=json', '-p', JSON.stringify([{ op: 'replace', path: '/spec/versions/0/storage', value: false }, { op: 'replace', path: '/spec/versions/1/storage', value: true }])])
  await api().send('POST', kind.path(ns), kind.object('two', { hostPort: 'localhost:8081' }))
  for (const [v, fields] of [['v1', [{ hostPort: 'localhost:8080' }, { hostPort: 'localhost:8081' }]], ['v2', [{ host: 'localhost', port: '8080' }, { host: 'localhost', port: '8081' }]]] as const) {
    const { items } = await api().get<KubeList<Tab>>(kind.path(ns, v))
    expect(items).toMatchObject(fields.map((f, i) => ({ apiVersion: `${kind.group}/${v}`, metadata: { name: i ? 'two' : 'one' }, ...f })))
  }
})
