import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PodSpec } from '../../../shared/api/types.ts'
import { startWorld, type Answer, type World } from '../testing.ts'
import { violations } from './pod-security-levels.ts'

const container = (securityContext: object = {}, extra: object = {}): object => ({ name: 'c', image: 'i', securityContext, ...extra })
const HARDENED = { allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } }

describe('levels', () => {
  it.each<['baseline' | 'restricted', object, string[]]>([
    ['baseline', { containers: [container()] }, []],
    ['baseline', { hostPID: true, containers: [container({ privileged: true })] }, ['host namespaces (hostPID=true)', 'privileged (container "c" must not set securityContext.privileged=true)']],
    ['baseline', { containers: [container({ capabilities: { add: ['NET_ADMIN', 'CHOWN'] } })] }, ['non-default capabilities (container "c" must not include "NET_ADMIN" in securityContext.capabilities.add)']],
    ['baseline', { containers: [container({}, { ports: [{ hostPort: 80 }] })], volumes: [{ name: 'v', hostPath: { path: '/' } }] }, ['hostPath volumes (volume "v")', 'hostPort (container "c" uses hostPort 80)']],
    ['baseline', { containers: [container()], securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }, { name: 'net.ipv4.tcp_syncookies', value: '1' }] } }, ['forbidden sysctls (kernel.msgmax)']],
    ['baseline', { containers: [container({ seccompProfile: { type: 'Unconfined' } })] }, ['seccompProfile (container "c" must not set securityContext.seccompProfile.type to "Unconfined")']],
    ['baseline', { containers: [container({ seLinuxOptions: { type: 'evil_t' } })] }, ['seLinuxOptions (container "c" set forbidden securityContext.seLinuxOptions)']],
    ['restricted', { containers: [container(HARDENED)], volumes: [{ name: 'v', emptyDir: {} }] }, []],
    ['restricted', { containers: [container()] }, [
      'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false)', 'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"])',
      'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true)', 'seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    ]],
    ['restricted', { containers: [container({ ...HARDENED, runAsUser: 0 })], volumes: [{ name: 'v', nfs: {} }] }, ['restricted volume types (volume "v" uses restricted volume type "nfs")', 'runAsUser=0 (container "c" must not set runAsUser=0)']],
    ['restricted', { containers: [container({ ...HARDENED, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE', 'CHOWN'] } })] }, ['unrestricted capabilities (container "c" must not include "CHOWN" in securityContext.capabilities.add)']],
  ])('%s %j', (level, spec, expected) => expect(violations(level, spec as PodSpec)).toEqual(expected))
})

describe('a namespace with labels', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.close())
  const label = (name: string, labels: object): Promise<Answer> => world.ask('PATCH', `/api/v1/namespaces/${name}`, { metadata: { labels } }, { 'content-type': 'application/merge-patch+json' })
  const pod = (namespace: string, name: string, spec: object = {}): Promise<Answer> => world.ask('POST', `/api/v1/namespaces/${namespace}/pods`, { metadata: { name }, spec: { containers: [container()], automountServiceAccountToken: false, ...spec } })
  beforeAll(async () => {
    for (const name of ['strict', 'loud']) {
      await world.ask('POST', '/api/v1/namespaces', { metadata: { name } })
      await world.ask('POST', `/api/v1/namespaces/${name}/serviceaccounts`, { metadata: { name: 'default' } })
    }
  })
  it('refuses labels that mean nothing', async () => {
    expect((await label('strict', { 'pod-security.kubernetes.io/enforce': 'strict' })).body).toMatchObject({ code: 422, message: expect.stringContaining('must be one of privileged, baseline, restricted') as never })
  })
  it('is told which of its pods break a stricter rule; they stay', async () => {
    await pod('strict', 'old', { hostNetwork: true })
    const answer = await label('strict', { 'pod-security.kubernetes.io/enforce': 'baseline', 'pod-security.kubernetes.io/enforce-version': 'v1.35' })
    expect(answer.headers['warning']).toBe('299 - "existing pods in namespace \\"strict\\" violate the new PodSecurity enforce level \\"baseline:v1.35\\"", 299 - "old: host namespaces"')
  })
  it('enforces', async () => {
    expect((await pod('strict', 'bad', { hostIPC: true })).body).toMatchObject({ code: 403, message: 'pods "bad" is forbidden: violates PodSecurity "baseline:v1.35": host namespaces (hostIPC=true)' })
    expect((await pod('strict', 'good')).status).toBe(201)
  })
  it('warns of pods and of what makes them', async () => {
    await label('loud', { 'pod-security.kubernetes.io/warn': 'restricted' })
    const answer = await pod('loud', 'a')
    expect(answer).toMatchObject({ status: 201, headers: { warning: expect.stringContaining('would violate PodSecurity \\"restricted:latest\\": allowPrivilegeEscalation != false') as never } })
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [container()] } }
    const made = await world.ask('POST', '/apis/apps/v1/namespaces/loud/deployments', { metadata: { name: 'd' }, spec: { selector: { matchLabels: { a: 'b' } }, template } })
    expect(made).toMatchObject({ status: 201, headers: { warning: expect.stringContaining('would violate') as never } })
  })
})
