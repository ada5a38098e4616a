import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PodSpec } from '../../../shared/api/types.ts'
import { startWorld, type Answer, type World } from '../testing.ts'
import { LEVELS, minorOf, violations } from './pod-security-levels.ts'

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
  ])('%s %j', (level, spec, expected) => expect(violations({ level, version: 'latest' }, spec as PodSpec)).toEqual(expected))
  it.each([['latest', Infinity], ['v1.0', 0], ['v1.25', 25], ['v1.999', 999], ['v2.1', Infinity]])('%s is minor %d', (text, minor) => expect(minorOf(text)).toBe(minor))
  /** The first minor version in which it is refused, and the first in which it is let through again. */
  it.each<['baseline' | 'restricted', string, object, number, number?, Record<string, string>?]>([
    ['baseline', 'host namespaces', { hostPID: true }, 0],
    ['baseline', 'hosts of probes', { containers: [container({}, { livenessProbe: { httpGet: { host: 'x', port: 1 } } })] }, 34],
    ['baseline', 'a sysctl that became safe in 1.27', { securityContext: { sysctls: [{ name: 'net.ipv4.ip_local_reserved_ports', value: '1' }] } }, 0, 27],
    ['baseline', 'one of 1.29', { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_keepalive_time', value: '1' }] } }, 0, 29],
    ['baseline', 'one of 1.32', { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_wmem', value: '1' }] } }, 0, 32],
    ['baseline', 'a type of SELinux', { securityContext: { seLinuxOptions: { type: 'container_engine_t' } } }, 0, 31],
    ['baseline', 'unmasked proc under own users', { hostUsers: false, containers: [container({ procMount: 'Unmasked' })] }, 0, 35],
    ['restricted', 'unmasked proc under own users', { hostUsers: false, containers: [container({ ...HARDENED, procMount: 'Unmasked' })] }, 0],
    ['baseline', 'seccomp by annotation', {}, 0, 19, { 'container.seccomp.security.alpha.kubernetes.io/c': 'unconfined' }],
    ['baseline', 'seccomp by field', { securityContext: { seccompProfile: { type: 'Unconfined' } } }, 19],
    ['restricted', 'escalation', { containers: [container({ ...HARDENED, allowPrivilegeEscalation: true })] }, 8],
    ['restricted', 'capabilities that are kept', { containers: [container({ ...HARDENED, capabilities: {} })] }, 22],
    ['restricted', 'a capability that baseline has', { containers: [container({ ...HARDENED, capabilities: { drop: ['ALL'], add: ['CHOWN'] } })] }, 22],
    ['restricted', 'no seccomp profile', { containers: [container({ ...HARDENED, seccompProfile: undefined })] }, 19],
    ['restricted', 'user 0', { containers: [container({ ...HARDENED, runAsUser: 0 })] }, 23],
    ['restricted', 'windows, which knows no such fields', { os: { name: 'windows' }, containers: [container({ runAsNonRoot: true })] }, 8, 25],
  ])('%s forbids %s from 1.%d on', (level, _what, spec, from, to, annotations) => {
    const whole = { containers: [container(level === 'baseline' ? {} : HARDENED)], ...spec } as PodSpec
    const refusing = Array.from({ length: 40 }, (_, minor) => minor).filter((minor) => violations({ level, version: `v1.${minor}` }, whole, annotations).length)
    expect(refusing).toEqual(Array.from({ length: (to ?? 40) - (from ?? 0) }, (_, i) => (from ?? 0) + i))
    expect(violations({ level, version: 'latest' }, whole, annotations).length > 0).toBe(to === undefined)
  })
  it('root in a user namespace of its own is nobody, in every version', () => {
    const spec = { hostUsers: false, containers: [container({ ...HARDENED, runAsNonRoot: undefined, runAsUser: 0 })] } as unknown as PodSpec
    expect(['v1.0', 'v1.24', 'latest'].flatMap((version) => violations({ level: 'restricted', version }, spec))).toEqual([])
  })
  it('tells what baseline has against it first', () => {
    const spec = { hostNetwork: true, containers: [container({ privileged: true })] } as PodSpec
    expect(violations({ level: 'restricted', version: 'latest' }, spec).map((text) => text.split(' (')[0])).toEqual(['host namespaces', 'privileged', 'allowPrivilegeEscalation != false', 'unrestricted capabilities', 'runAsNonRoot != true', 'seccompProfile'])
    expect(LEVELS.map((level) => violations({ level, version: 'latest' }, spec).length)).toEqual([0, 2, 6])
  })
})

describe('a namespace with labels', () => {
  let world: World
  const audited: Record<string, string>[] = []
  const said = (name: string): string | undefined => audited.at(-1)?.[`pod-security.kubernetes.io/${name}`]
  beforeAll(async () => {
    world = await startWorld({
      audit: { write: (line) => void audited.push((JSON.parse(line) as { annotations: Record<string, string> }).annotations), written: async () => undefined },
      podSecurityExemptions: { namespaces: ['spared'], usernames: ['root'], runtimeClasses: ['vm'] },
    })
  })
  afterAll(() => world.close())
  const label = (name: string, labels: object): Promise<Answer> => world.ask('PATCH', `/api/v1/namespaces/${name}`, { metadata: { labels } }, { 'content-type': 'application/merge-patch+json' })
  const pod = (namespace: string, name: string, spec: object = {}): Promise<Answer> => world.ask('POST', `/api/v1/namespaces/${namespace}/pods`, { metadata: { name }, spec: { containers: [container()], automountServiceAccountToken: false, ...spec } })
  beforeAll(async () => {
    for (const name of ['strict', 'loud', 'spared']) {
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
  it('is held to the release that it names', async () => {
    const probing = { containers: [container({}, { livenessProbe: { tcpSocket: { host: 'x', port: 1 } } })] }
    const at = (version: string): Promise<Answer> => label('strict', { 'pod-security.kubernetes.io/enforce': 'baseline', 'pod-security.kubernetes.io/enforce-version': version })
    await at('v1.33')
    expect((await pod('strict', 'probing', probing)).status).toBe(201)
    expect((await at('v1.34')).headers['warning']).toContain('probing: probe or lifecycle host')
    expect((await pod('strict', 'probed', probing)).status).toBe(403)
  })
  it('writes down what is enforced, and what is not as it should be', async () => {
    await label('loud', { 'pod-security.kubernetes.io/audit': 'baseline', 'pod-security.kubernetes.io/warn': 'privileged' })
    expect((await pod('loud', 'audited', { hostNetwork: true })).status).toBe(201)
    expect([said('enforce-policy'), said('audit-violations')]).toEqual(['privileged:latest', 'would violate PodSecurity "baseline:latest": host namespaces (hostNetwork=true)'])
    await label('loud', { 'pod-security.kubernetes.io/enforce': 'baseline' })
    expect((await pod('loud', 'refused', { hostNetwork: true })).status).toBe(403)
    expect(said('audit-violations')).toBe('would violate PodSecurity "baseline:latest": host namespaces (hostNetwork=true)')
  })
  it('lets through whom the cluster exempts, and says why', async () => {
    const answer = await label('spared', { 'pod-security.kubernetes.io/enforce': 'baseline' })
    expect(answer.headers['warning']).toContain('namespace \\"spared\\" is exempt from Pod Security, and the policy (enforce=\\"baseline:latest\\"')
    expect((await pod('spared', 'a', { hostNetwork: true })).status).toBe(201)
    expect(said('exempt')).toBe('namespace')
    const body = { metadata: { name: 'by-root' }, spec: { containers: [container()], hostNetwork: true, automountServiceAccountToken: false } }
    expect((await world.ask('POST', '/api/v1/namespaces/strict/pods', body, {}, { name: 'root', groups: [] })).status).toBe(201)
    expect(said('exempt')).toBe('user')
    await world.ask('POST', '/apis/node.k8s.io/v1/runtimeclasses', { metadata: { name: 'vm' }, handler: 'vm' })
    expect((await pod('strict', 'in-vm', { hostNetwork: true, runtimeClassName: 'vm' })).status).toBe(201)
    expect(said('exempt')).toBe('runtimeClass')
  })
})
