/** The job: from `kubectl create deployment` to running containers and back, with the stock kubectl and a real engine. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Docker from 'dockerode'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KubeList } from '../../shared/api/meta.ts'
import type { Deployment, Event, Node, Pod, ReplicaSet } from '../../shared/api/types.ts'
import { App, eventually, type Release } from './app.ts'
import { BUSYBOX } from './busybox.ts'

const docker = new Docker()
const HELLO = 'pilothouse.dev/hello:1'
let app: App
beforeAll(async () => { app = await App.start() })
afterAll(async () => { await app?.dispose() })

const pods = async (release: Release, ns: string, selector: string): Promise<Pod[]> => (await app.json<KubeList<Pod>>(release, ['get', 'pods', '-n', ns, '-l', selector])).items
const running = (list: Pod[], n: number): boolean => list.length === n && list.every((p) => p.status?.phase === 'Running' && p.status.containerStatuses?.[0]?.ready === true && !p.metadata.deletionTimestamp)
const containerOf = (pod: Pod): string => (pod.status?.containerStatuses?.[0]?.containerID ?? '').replace('docker://', '')

describe.each(['28', '34', '35'] as const)('with kubectl 1.%s', (release) => {
  const ns = `job-${release}`
  it('creates, shows, scales, updates and deletes a deployment', async () => {
    await app.ok(release, ['create', 'namespace', ns])
    expect(await app.ok(release, ['create', 'deployment', 'web', `--image=${HELLO}`, '--replicas=3', '-n', ns])).toBe('deployment.apps/web created\n')
    await app.ok(release, ['rollout', 'status', 'deployment/web', '-n', ns, '--timeout=60s'])
    const three = await pods(release, ns, 'app=web')
    expect(running(three, 3)).toBe(true)

    // Real containers, on the engine, with a sandbox that owns the network namespace.
    for (const pod of three) {
      const c = await docker.getContainer(containerOf(pod)).inspect()
      expect(c.State.Running).toBe(true)
      expect(c.HostConfig.NetworkMode).toMatch(/^container:/)
      expect(pod.status?.podIP).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
    }
    // What happened is told as events, owners are as kubectl users know them, and the table reads as upstream's.
    const reasons = async (): Promise<(string | undefined)[]> => (await app.json<KubeList<Event>>(release, ['get', 'events', '-n', ns])).items.map((e) => e.reason)
    await eventually('all is told', reasons, (told) => ['ScalingReplicaSet', 'SuccessfulCreate', 'Scheduled', 'Pulled', 'Created', 'Started'].every((reason) => told.includes(reason)))
    const [set] = (await app.json<KubeList<ReplicaSet>>(release, ['get', 'rs', '-n', ns])).items
    expect(set?.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'Deployment', name: 'web', controller: true })
    expect((await app.ok(release, ['get', 'deployments', '-n', ns])).split('\n')[1]).toMatch(/^web\s+3\/3\s+3\s+3\s+(\d+[ms])+$/)
    expect(await app.ok(release, ['get', 'pods', '-n', ns])).toMatch(/^NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE\nweb-[a-z0-9]+-[a-z0-9]{5}\s+1\/1\s+Running\s+0\s/)
    expect(await app.ok(release, ['describe', 'deployment', 'web', '-n', ns])).toMatch(/3 desired \| 3 updated \| 3 total \| 3 available/)

    await app.ok(release, ['scale', 'deployment/web', '--replicas=1', '-n', ns])
    await eventually('scaled to one', () => app.list<Pod>('pods', { ns, selector: 'app=web' }), (l) => running(l, 1))

    await app.ok(release, ['set', 'image', 'deployment/web', `hello=${BUSYBOX}`, '-n', ns])
    await app.ok(release, ['patch', 'deployment', 'web', '-n', ns, '--type=json', '-p', '[{"op":"add","path":"/spec/template/spec/containers/0/command","value":["sh","-c","echo rolled; exec sleep 3600"]},{"op":"add","path":"/spec/template/spec/terminationGracePeriodSeconds","value":1}]'])
    await app.ok(release, ['rollout', 'status', 'deployment/web', '-n', ns, '--timeout=60s'])
    await eventually('only the new pod', () => app.list<Pod>('pods', { ns, selector: 'app=web' }), (l) => running(l, 1))
    const [updated] = await pods(release, ns, 'app=web')
    expect(updated?.spec.containers[0]?.image).toBe(BUSYBOX)
    await eventually('it has said so', () => app.ok(release, ['logs', `deployment/web`, '-n', ns]), (text) => text === 'rolled\n')

    await app.ok(release, ['delete', 'deployment', 'web', '-n', ns])
    await eventually('pods gone', () => app.list('pods', { ns }), (l) => l.length === 0)
    expect(await pods(release, ns, '')).toEqual([])
    await eventually('containers gone', () => docker.listContainers({ all: true, filters: { label: [`io.kubernetes.pod.namespace=${ns}`] } }), (l) => l.length === 0)
    await app.ok(release, ['delete', 'namespace', ns, '--timeout=60s'])
  })
})

describe('a living pod', () => {
  it('a container killed on the engine comes back with restart count 1', async () => {
    await app.ok('35', ['run', 'victim', `--image=${BUSYBOX}`, '--command', '--', 'sleep', '3600'])
    await app.ok('35', ['wait', '--for=condition=Ready', 'pod/victim', '--timeout=60s'])
    const before = await app.json<Pod>('35', ['get', 'pod', 'victim'])
    await docker.getContainer(containerOf(before)).kill()
    const after = await eventually('restarted', () => app.api.get<Pod>('/api/v1/namespaces/default/pods/victim'), (p) => p.status?.containerStatuses?.[0]?.restartCount === 1 && p.status.containerStatuses[0].ready)
    expect(after.status?.containerStatuses?.[0]?.lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'Error' })
    expect(containerOf(after)).not.toBe(containerOf(before))
    await app.ok('35', ['delete', 'pod', 'victim', '--grace-period=1'])
  })

  it('survives a SIGKILL of the app: the same containers, none restarted, no state lost', async () => {
    await app.ok('35', ['create', 'deployment', 'steady', `--image=${HELLO}`, '--replicas=2'])
    await app.ok('35', ['rollout', 'status', 'deployment/steady', '--timeout=60s'])
    await app.ok('35', ['create', 'configmap', 'kept', '--from-literal=a.b=$x'])
    await app.ok('35', ['annotate', 'configmap', 'kept', 'example.com/a.b=$c'])
    const before = await pods('35', 'default', 'app=steady')
    await app.kill()
    // What was asked and answered last is in the audit log, of which a last line may be cut off: nothing of it was only in memory.
    expect(readFileSync(join(app.home, 'audit', 'audit.log'), 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line) as { verb: string; objectRef?: { name?: string } }).filter((e) => e.verb === 'patch' && e.objectRef?.name === 'kept')).toHaveLength(1)
    app = await App.start({ home: app.home })
    const node = await eventually('node ready', () => app.api.get<KubeList<Node>>('/api/v1/nodes'), (l) => l.items.every((n) => n.status?.conditions?.find((c) => c.type === 'Ready')?.status === 'True'))
    expect(node.items).toHaveLength(1)
    await eventually('running', () => app.list<Pod>('pods', { selector: 'app=steady' }), (l) => running(l, 2))
    const after = await pods('35', 'default', 'app=steady')
    const facts = (l: Pod[]) => l.map((p) => ({ name: p.metadata.name, uid: p.metadata.uid, id: containerOf(p), started: p.status?.containerStatuses?.[0]?.state?.running?.startedAt, restarts: p.status?.containerStatuses?.[0]?.restartCount })).sort((a, b) => a.name.localeCompare(b.name))
    expect(facts(after)).toEqual(facts(before))
    for (const p of after) expect((await docker.getContainer(containerOf(p)).inspect()).RestartCount).toBe(0)
    expect(await app.ok('35', ['get', 'configmap', 'kept', '-o', 'jsonpath={.data}'])).toBe('{"a.b":"$x"}')
    expect(await app.ok('35', ['get', 'configmap', 'kept', '-o', 'jsonpath={.metadata.annotations}'])).toBe('{"example.com/a.b":"$c"}')
    await eventually('the deployment knows it', () => app.api.get<Deployment>('/apis/apps/v1/namespaces/default/deployments/steady'), ({ status }) => status?.readyReplicas === 2 && status.availableReplicas === 2)
    await app.ok('35', ['delete', 'deployment/steady', 'configmap/kept'])
  })
})
