import { describe, expect, it } from 'vitest'
import { createSlis } from './slis.ts'
import { flagz, statusz } from './zpages.ts'

const AT = Date.parse('2026-01-05T03:04:05Z')
const started = { at: AT, now: AT + 3_723_000, goVersion: 'node24', gitVersion: 'v1.36.0+x', paths: ['/', '/api/v1', '/apis', '/livez', '/livez/ping', '/metrics', '/openapi/v2', '/.well-known/openid-configuration', '/statusz'] }
const content = (response: ReturnType<typeof statusz>): unknown => (response.body.type === 'bytes' ? String(Buffer.from(response.body.bytes)) : response.body.type === 'object' ? response.body.value : response.body)
const as = (v: string, kind: string): string => `application/json;v=${v};g=config.k8s.io;as=${kind}`

describe('/statusz', () => {
  it.each([undefined, '', '*/*', 'text/plain', 'text/html, text/plain;q=0.5'])('to who accepts %j tells in words', (accept) => {
    const answer = statusz({ headers: { accept } }, started)
    expect(answer.body).toMatchObject({ contentType: 'text/plain; charset=utf-8' })
    const [empty, title, warning, ...lines] = String(content(answer)).split('\n')
    expect([empty, title, warning?.startsWith('Warning: ')]).toEqual(['', 'kube-apiserver statusz', true])
    expect(lines).toEqual(['', 'Started: Mon Jan  5 03:04:05 UTC 2026', 'Up: 1 hr 02 min 03 sec', 'Go version: node24', 'Binary version: 1.36.0+x', 'Emulation version: 1.36', 'Paths: /livez /metrics /statusz', ''])
  })
  it.each(['v1alpha1', 'v1beta1'])('is an object of %s where one is asked for', (v) => {
    expect(content(statusz({ headers: { accept: as(v, 'Statusz') } }, started))).toEqual({
      kind: 'Statusz', apiVersion: `config.k8s.io/${v}`, metadata: { name: 'kube-apiserver' }, startTime: '2026-01-05T03:04:05Z', uptimeSeconds: 3723, goVersion: 'node24', binaryVersion: '1.36.0+x', emulationVersion: '1.36', paths: ['/livez', '/metrics', '/statusz'],
    })
  })
  it.each(['application/json', as('v1', 'Statusz'), as('v1beta1', 'Flagz'), 'image/png'])('is not to be had as %s', (accept) => expect(() => statusz({ headers: { accept } }, started)).toThrow(/only the following media types are accepted/))
})

it('/flagz tells with what the server was started, in order', () => {
  const flags = { 'secure-port': '6443', 'authorization-mode': '[Node,RBAC]' }
  expect(String(content(flagz({ headers: {} }, flags))).split('\n').slice(1)).toEqual(['kube-apiserver flagz', expect.stringContaining('Warning: '), '', 'authorization-mode=[Node,RBAC]', 'secure-port=6443', ''])
  expect(content(flagz({ headers: { accept: as('v1beta1', 'Flagz') } }, flags))).toEqual({ kind: 'Flagz', apiVersion: 'config.k8s.io/v1beta1', metadata: { name: 'kube-apiserver' }, flags })
})

it('/metrics/slis has each check of each endpoint, as it is and as it was', async () => {
  let fault: string | undefined
  const read = createSlis((endpoint) => new Map([['ping', () => undefined], ...(endpoint === 'readyz' ? [['etcd', () => fault] as const] : [])]))
  await read()
  fault = 'gone'
  const lines = (await read()).split('\n')
  expect(lines).toEqual(expect.arrayContaining([
    '# TYPE kubernetes_healthcheck gauge', 'kubernetes_healthcheck{name="ping",type="livez"} 1', 'kubernetes_healthcheck{name="etcd",type="readyz"} 0',
    'kubernetes_healthchecks_total{name="etcd",status="success",type="readyz"} 1', 'kubernetes_healthchecks_total{name="etcd",status="error",type="readyz"} 1', 'kubernetes_healthchecks_total{name="ping",status="success",type="healthz"} 2',
  ]))
})
