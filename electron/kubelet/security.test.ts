import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Container, PodSpec } from '../../shared/api/types.ts'
import { refusal } from './admission.ts'
import { containerSecurity, namespacesOf } from './security.ts'
import { podOf } from './testing.ts'

const folder = await mkdtemp(join(tmpdir(), 'security-'))
afterAll(() => rm(folder, { recursive: true }))
await mkdir(join(folder, 'seccomp'))
await writeFile(join(folder, 'seccomp', 'mine.json'), '{"defaultAction":"SCMP_ACT_ALLOW"}')
await writeFile(join(folder, 'seccomp', 'broken.json'), '{')

type Own = NonNullable<Container['securityContext']>
const of = (own: Own, all: PodSpec['securityContext'] = {}, user = ''): ReturnType<typeof containerSecurity> => containerSecurity(podOf({ securityContext: all }), { securityContext: own }, { id: 'x', names: [], sizeBytes: 0, user }, folder)

describe('a container\'s security', () => {
  it.each<[string, Own, PodSpec['securityContext'], string, object]>([
    ['nothing said', {}, {}, 'web', { readOnlyRootFilesystem: false, noNewPrivileges: false, privileged: false, addCapabilities: [], dropCapabilities: [] }],
    ['the container before the pod', { runAsUser: 7 }, { runAsUser: 5, runAsGroup: 6 }, '', { user: '7:6' }],
    ['a group alone keeps the image\'s user', { runAsGroup: 6 }, {}, 'web:1', { user: 'web:6' }],
    ['a group alone, image of root', { runAsGroup: 6 }, {}, '', { user: '0:6' }],
    ['groups of the pod and of its volumes, once', {}, { supplementalGroups: [1, 2], fsGroup: 2 }, '', { groups: [1, 2] }],
    ['no escalation', { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] } }, {}, '', { noNewPrivileges: true, readOnlyRootFilesystem: true, addCapabilities: ['NET_ADMIN'], dropCapabilities: ['ALL'] }],
    ['privileged is without seccomp', { privileged: true }, { seccompProfile: { type: 'RuntimeDefault' } }, '', { privileged: true, seccomp: 'unconfined' }],
    ['seccomp of the pod', {}, { seccompProfile: { type: 'Unconfined' } }, '', { seccomp: 'unconfined' }],
    ['seccomp from a file', { seccompProfile: { type: 'Localhost', localhostProfile: 'mine.json' } }, {}, '', { seccomp: { json: '{"defaultAction":"SCMP_ACT_ALLOW"}' } }],
    ['proc, apparmor, selinux', { procMount: 'Unmasked', appArmorProfile: { type: 'Localhost', localhostProfile: 'p' }, seLinuxOptions: { level: 's0' } }, {}, '', { unmaskedProc: true, apparmor: 'p', selinux: { level: 's0' } }],
  ])('%s', async (_n, own, all, user, expected) => expect(await of(own, all, user)).toMatchObject(expected))

  it.each([['missing.json', 'ENOENT'], ['broken.json', 'JSON'], ['../mine.json', 'localhostProfile'], ['/etc/passwd', 'localhostProfile']])('refuses the profile %s', async (localhostProfile, why) =>
    expect(of({ seccompProfile: { type: 'Localhost', localhostProfile } })).rejects.toThrow(why))
})

it.each<[Partial<PodSpec>, object]>([
  [{}, { ipc: 'pod', pid: 'own' }], [{ hostIPC: true, hostPID: true }, { ipc: 'host', pid: 'host' }], [{ shareProcessNamespace: true }, { ipc: 'pod', pid: 'pod' }],
])('%j shares %j', (spec, expected) => expect(namespacesOf(podOf(spec))).toEqual(expected))

describe('what a node never takes', () => {
  it.each<[Partial<PodSpec>, string | undefined]>([
    [{}, undefined],
    [{ securityContext: { sysctls: [{ name: 'kernel.shm_rmid_forced', value: '1' }, { name: 'net/ipv4/tcp_syncookies', value: '1' }] } }, undefined],
    [{ securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } }, 'forbidden sysctl: "kernel.msgmax" not allowlisted'],
    [{ hostNetwork: true, securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] } }, 'forbidden sysctl: "net.ipv4.tcp_rmem" not allowed with host net enabled'],
    [{ hostIPC: true, securityContext: { sysctls: [{ name: 'kernel.shm_rmid_forced', value: '1' }] } }, 'forbidden sysctl: "kernel.shm_rmid_forced" not allowed with host ipc enabled'],
    [{ securityContext: { supplementalGroupsPolicy: 'Strict' } }, 'SupplementalGroupsPolicy=Strict is not supported in this node'],
    [{ os: { name: 'windows' } }, "Failed to admit pod as the OS field doesn't match node OS"],
  ])('%j: %s', (spec, expected) => expect(refusal(podOf(spec))?.message).toBe(expected))
})
