/** What a pod's processes find around them: names, resolver, namespaces, users, limits of the kernel. */
import { mkdir, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Events } from '../../shared/api/resources.ts'
import type { Container, PodSpec } from '../../shared/api/types.ts'
import { startKubeletWorld, sweep, until, type KubeletWorld } from './runtime-world.ts'

const CLUSTER = `it-environment-${process.pid}`
const SLEEP = 'trap "exit 0" TERM; while :; do sleep 0.1; done'
const box = (command: string, more: Partial<Container> = {}): Container => ({ name: 'c', image: 'busybox:local', command: ['sh', '-c', command], ...more })

let world: KubeletWorld
/** What a pod of one container that ends has written. */
const said = async (name: string, command: string, spec: Partial<PodSpec> = {}, container: Partial<Container> = {}): Promise<string> => {
  await world.run(name, { restartPolicy: 'Never', containers: [box(command, container)], ...spec })
  await world.wait(name, 'succeeds', (p) => p.status?.phase === 'Succeeded')
  return world.logs(name)
}

beforeAll(async () => {
  await sweep(CLUSTER)
  world = await startKubeletWorld(CLUSTER, { network: { dnsIP: '10.96.0.10', clusterDomain: 'cluster.local' } })
  await world.kubelet()
})
afterAll(() => world?.close())

describe('the files of a pod', () => {
  it('/etc/hosts has the pod by its full name and by its own', async () => {
    const text = await said('named', 'cat /etc/hosts; hostname; id', { hostname: 'web', subdomain: 'sub', hostAliases: [{ ip: '192.0.2.7', hostnames: ['foo.local', 'bar'] }] })
    const ip = (await world.pod('named'))!.status!.podIP
    // A pod that is over has no address any more; its file had.
    expect(text).toMatch(new RegExp(`^# Kubernetes-managed hosts file\\.\n[^]*\n${ip ?? '[0-9.]+'}\tweb\\.sub\\.default\\.svc\\.cluster\\.local\tweb\n[^]*192\\.0\\.2\\.7\tfoo\\.local\tbar\nweb\n`))
  })
  it('on the host network are the host\'s', async () => {
    const text = await said('onhost', 'cat /etc/hosts; hostname', { hostNetwork: true })
    expect(text).toMatch(/^# Kubernetes-managed hosts file \(host network\)\./)
    expect(text).toContain(`\n${hostname()}\n`)
  })
  it('are the container\'s own where it mounts one', async () => {
    const text = await said('own', 'cat /etc/hosts', { volumes: [{ name: 'h', hostPath: { path: '/etc/hosts', type: 'File' } }] }, { volumeMounts: [{ name: 'h', mountPath: '/etc/hosts' }] })
    expect(text).not.toContain('Kubernetes-managed')
  })
  it('/etc/resolv.conf follows dnsPolicy and dnsConfig', async () => {
    expect(await said('dns', 'cat /etc/resolv.conf', { dnsConfig: { options: [{ name: 'ndots', value: '2' }] } })).toMatch(/^search default\.svc\.cluster\.local svc\.cluster\.local cluster\.local[^\n]*\nnameserver 10\.96\.0\.10\noptions ndots:2\n$/)
    expect(await said('nodns', 'cat /etc/resolv.conf', { dnsPolicy: 'None', dnsConfig: { nameservers: ['192.0.2.1'], searches: ['x.y'] } })).toBe('search x.y\nnameserver 192.0.2.1\n')
  })
  it('the host name may be the full name', async () => {
    expect(await said('fqdn', 'hostname', { subdomain: 'sub', setHostnameAsFQDN: true })).toBe('fqdn.sub.default.svc.cluster.local\n')
    await world.run('longname', { hostname: 'a'.repeat(60), subdomain: 'sub', setHostnameAsFQDN: true, containers: [box('true')] })
    await until('the event', async () => (await world.reasons('longname')).includes('FailedCreatePodSandBox'))
  })
})

describe('the environment out of files', () => {
  const out = (key: string, more: object = {}) => ({ name: key, valueFrom: { fileKeyRef: { volumeName: 'config', path: 'app.env', key, ...more } } })
  const writes = (text: string): Partial<PodSpec> => ({ volumes: [{ name: 'config', emptyDir: {} }], initContainers: [{ ...box(`printf %s "$TEXT" > /data/app.env`), name: 'writer', env: [{ name: 'TEXT', value: text }], volumeMounts: [{ name: 'config', mountPath: '/data' }] }] })

  it('has what an init container wrote, without its volume; what is optional may be missing', async () => {
    const text = await said('envfile', 'env; ls -d /data 2>&1; true', writes("# made\nA='one'\nB='two\nlines'\n"), { env: [out('A'), out('B'), out('C', { optional: true }), { name: 'D', value: '$(A) and more' }] })
    expect(text).toContain('A=one\n')
    expect(text).toContain('B=two\nlines\n')
    expect(text).toContain('D=one and more\n')
    expect(text).not.toContain('C=')
    expect(text).toContain('No such file')
  })
  it('waits for what is missing, and says for what', async () => {
    await world.run('envless', { containers: [box('true', { env: [out('C')] })], ...writes("A='one'\n") })
    const pod = await world.wait('envless', 'waits', (p) => p.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError')
    expect(pod.status?.containerStatuses?.[0]?.state?.waiting?.message).toBe('couldn\'t get the environment variable C out of file "app.env" of volume "config": it has no key "C"')
  })
})

describe('the namespaces of a pod', () => {
  it('of users are the machine\'s: a pod that wants its own waits, and says why', async () => {
    await world.run('own-users', { hostUsers: false, containers: [box('true')] })
    const event = await until('the event', async () => (await world.admin.list(Events, { namespace: 'default' })).items.find((e) => e.involvedObject.name === 'own-users' && e.reason === 'FailedCreatePodSandBox'))
    expect(event).toMatchObject({ type: 'Warning', message: 'Failed to create pod sandbox: user namespaces for pods (hostUsers: false) are not supported by this container engine' })
    expect((await world.pod('own-users'))?.status?.phase).toBe('Pending')
  })
  it('processes are shared when asked for', async () => {
    await world.run('shared', { shareProcessNamespace: true, containers: [box(SLEEP), { ...box(SLEEP), name: 'd' }] })
    await world.wait('shared', 'runs', (p) => (p.status?.containerStatuses ?? []).length === 2 && p.status!.containerStatuses!.every((s) => s.state?.running))
    const c = (await world.containers('shared'))[0]!
    const { output } = await world.runtime().execSync(c.Id, ['ps'], 30_000)
    expect(output).toMatch(/1 \S+ +\/pause/)
    expect(output.match(/trap "exit 0" TERM/g)?.length).toBeGreaterThanOrEqual(2)
  })
  it('those of the host are seen with hostPID, its IPC with hostIPC', async () => {
    // Processes that end meanwhile are nothing to complain of.
    const own = await said('pid-own', 'ls /proc 2>/dev/null | grep -c "^[0-9]"; readlink /proc/self/ns/ipc', {})
    const host = await said('pid-host', 'ls /proc 2>/dev/null | grep -c "^[0-9]"; readlink /proc/self/ns/ipc', { hostPID: true, hostIPC: true })
    expect(Number(own.split('\n')[0])).toBeLessThan(8)
    expect(Number(host.split('\n')[0])).toBeGreaterThan(20)
    expect(own.split('\n')[1]).not.toBe(host.split('\n')[1])
  })
  it('safe sysctls are set, others refused', async () => {
    expect(await said('sysctl', 'cat /proc/sys/kernel/shm_rmid_forced /proc/sys/net/ipv4/ip_unprivileged_port_start', { securityContext: { sysctls: [{ name: 'kernel.shm_rmid_forced', value: '1' }, { name: 'net.ipv4.ip_unprivileged_port_start', value: '7' }] } })).toBe('1\n7\n')
    await world.run('unsafe', { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] }, containers: [box('true')] })
    expect((await world.wait('unsafe', 'fails', (p) => p.status?.phase === 'Failed')).status).toMatchObject({ reason: 'SysctlForbidden', message: 'forbidden sysctl: "kernel.msgmax" not allowlisted' })
  })
})

describe('the security of a container', () => {
  it('has user, groups and no new privileges', async () => {
    const text = await said('user', 'id; grep NoNewPrivs /proc/self/status', { securityContext: { runAsUser: 1001, runAsGroup: 2002, supplementalGroups: [3003], fsGroup: 4004 } }, { securityContext: { allowPrivilegeEscalation: false } })
    expect(text).toMatch(/^uid=1001 gid=2002 groups=(2002,)?3003,4004\nNoNewPrivs:\t1\n$/)
  })
  it('has the capabilities that are left', async () => {
    const text = await said('caps', 'grep CapBnd /proc/self/status', {}, { securityContext: { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } } })
    expect(text).toBe('CapBnd:\t0000000000000400\n')
  })
  it('has the seccomp profile that is asked for', async () => {
    await mkdir(join(world.dataDir, 'seccomp'), { recursive: true })
    await writeFile(join(world.dataDir, 'seccomp', 'nomkdir.json'), JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO' }] }))
    const look = 'grep "Seccomp:" /proc/self/status; mkdir /tmp/x 2>/dev/null && echo made'
    const ends = `${look}; true`
    expect(await said('sec-default', ends)).toBe('Seccomp:\t2\nmade\n')
    expect(await said('sec-none', ends, { securityContext: { seccompProfile: { type: 'Unconfined' } } })).toBe('Seccomp:\t0\nmade\n')
    expect(await said('sec-mine', ends, {}, { securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'nomkdir.json' } } })).toBe('Seccomp:\t2\n')
    await world.run('sec-gone', { containers: [box('true', { securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'gone.json' } } })] })
    const pod = await world.wait('sec-gone', 'waits', (p) => p.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError')
    expect(pod.status!.containerStatuses![0]!.state!.waiting!.message).toMatch(/cannot load seccomp profile .*gone\.json/)
  })
})
