/**
 * A NetworkPolicy holds from a pod's first moment: the first thing that it does is what the policy forbids, or lets through. What is hunted
 * here is a race, so rules come late: the app finds an iptables-restore that takes its time. Many pods at once, for the same reason.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Docker from 'dockerode'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Pod } from '../../shared/api/types.ts'
import { App, eventually } from './app.ts'
import { BUSYBOX, ensureBusybox } from './busybox.ts'

let app: App
let server = ''
const create = (...objects: object[]): Promise<string> => app.ok('35', ['create', '-f', '-'], { input: objects.map((o) => JSON.stringify(o)).join('\n---\n') })
const pods = (selector: string): Promise<Pod[]> => app.list<Pod>('pods', { selector })
/** Ends with what it heard from the server within so many seconds, as its very first act. */
const asker = (name: string, labels: Record<string, string>, patience = 1): object => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, labels },
  spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: BUSYBOX, command: ['sh', '-c', `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w ${patience} ${server} 8080 | head -n 1 > /dev/termination-log`] }] },
})
const heard = (pod: Pod): string => pod.status?.containerStatuses?.[0]?.state?.terminated?.message?.trim() ?? ''
const over = (selector: string, count: number): Promise<Pod[]> =>
  eventually(`${count} pods of ${selector} have ended`, () => pods(selector), (all) => all.length === count && all.every((p) => p.status?.phase === 'Succeeded' || p.status?.phase === 'Failed'), 120_000)
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

const slow = mkdtempSync(join(tmpdir(), 'pilothouse-slow-'))
const env = { PATH: `${slow}:${process.env['PATH']}` }

beforeAll(async () => {
  writeFileSync(join(slow, 'iptables-restore'), `#!/bin/sh\nsleep 4\nPATH=${process.env['PATH']}:/usr/sbin:/sbin exec iptables-restore "$@"\n`, { mode: 0o755 })
  await ensureBusybox(new Docker())
  app = await App.start({ env })
  await create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'server' }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: BUSYBOX, command: ['sh', '-c', 'mkdir -p /www; echo hello > /www/index.html; exec httpd -f -p 8080 -h /www'], readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 } }] } })
  const ready = await eventually('the server is ready', () => app.api.get<Pod>('/api/v1/namespaces/default/pods/server'), (p) => p.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false)
  server = ready.status?.podIP ?? ''
}, 240_000)
afterAll(async () => {
  await app?.dispose()
  rmSync(slow, { recursive: true })
})

describe('the first act of a pod', () => {
  it('gets through where no policy is', async () => {
    await create(asker('free', { who: 'free' }, 60))
    expect((await over('who=free', 1)).map(heard)).toEqual(['HTTP/1.1 200 OK'])
  })
  it('never gets through where a policy forbids it, and always where one allows it', async () => {
    const rule = (name: string, egress: object[]): object => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name }, spec: { podSelector: { matchLabels: { who: name } }, policyTypes: ['Egress'], egress } })
    await create(rule('denied', []), rule('allowed', [{ to: [{ podSelector: {} }], ports: [{ port: 8080 }] }]), ...numbers(6).map((i) => asker(`denied-${i}`, { who: 'denied' })), ...numbers(3).map((i) => asker(`allowed-${i}`, { who: 'allowed' }, 60)))
    expect((await over('who=denied', 6)).map(heard).filter(Boolean)).toEqual([])
    expect((await over('who=allowed', 3)).map(heard)).toEqual(numbers(3).map(() => 'HTTP/1.1 200 OK'))
  })
  it('does not get through after all rules were lost while the app was away, as after the machine was started again', async () => {
    await create({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'again' }, spec: { replicas: 3, selector: { matchLabels: { who: 'denied' } }, template: { metadata: { labels: { who: 'denied', again: 'yes' } }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: BUSYBOX, command: ['sh', '-c', `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 1 ${server} 8080 | head -n 1; echo asked; exec sleep 3600`] }] } } } })
    const first = await eventually('they run', () => pods('again=yes'), (all) => all.length === 3 && all.every((p) => p.status?.phase === 'Running'))
    await app.kill()
    const docker = new Docker()
    const cluster = readFileSync(join(app.home, 'cluster-id'), 'utf8').trim()
    const containers = await docker.listContainers({ filters: { label: [`dev.pilothouse.cluster=${cluster}`] } })
    await Promise.all(containers.filter((c) => c.Labels['io.kubernetes.pod.name']?.startsWith('again')).map((c) => docker.getContainer(c.Id).kill()))
    const chain = execFileSync('iptables-save', ['-t', 'mangle'], { encoding: 'utf8' }).split('\n').flatMap((l) => /^-A (KUBE-NWPLCY\S*) .*default\/again-/.exec(l)?.[1] ?? [])[0]
    execFileSync('iptables', ['-w', '60', '-t', 'mangle', '-F', chain ?? ''])
    app = await App.start({ home: app.home, env })
    await eventually('they run again', () => pods('again=yes'), (all) => all.every((p) => p.status?.phase === 'Running' && (p.status.containerStatuses?.[0]?.restartCount ?? 0) > 0 && p.status.containerStatuses?.[0]?.state?.running))
    for (const { metadata: { name } } of first) expect(await eventually(`${name} has asked`, () => app.api.text(`/api/v1/namespaces/default/pods/${name}/log`), (text) => text.includes('asked\n'))).not.toContain('HTTP')
    expect((await app.json<Pod>('35', ['get', 'pod', 'server'])).status?.podIP).toBe(server)
  })
})
