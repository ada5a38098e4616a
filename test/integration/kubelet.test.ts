import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigMaps, Events, Nodes, Pods, Secrets } from '../../shared/api/resources.ts'
import type { Pod } from '../../shared/api/types.ts'
import { docker, NODE, startKubeletWorld, sweep, until, type KubeletWorld } from './runtime-world.ts'

const CLUSTER = `it-kubelet-${process.pid}`
const HELLO = 'pilothouse.dev/hello:1'
const box = (command: string, extra: object = {}): Pod['spec']['containers'][number] => ({ name: 'c', image: 'busybox:local', command: ['sh', '-c', command], ...extra })
const SLEEP = 'trap "exit 0" TERM; while :; do sleep 0.1; done'
const running = (pod: Pod): boolean => pod.status?.phase === 'Running' && (pod.status.containerStatuses ?? []).every((s) => s.state?.running)
const ready = (pod: Pod): boolean => pod.status?.conditions?.find((c) => c.type === 'Ready')?.status === 'True'
const NONE = {} as NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number]
const first = (pod: Pod) => pod.status?.containerStatuses?.[0] ?? NONE

let world: KubeletWorld
const logs = async (name: string, more: object = {}): Promise<string> => {
  const pod = (await world.pod(name))!
  const stream = await (await world.kubelet()).containerLogs({ namespace: 'default', name, uid: pod.metadata.uid! }, { container: 'c', follow: false, previous: false, timestamps: false, ...more }, new AbortController().signal)
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text
}
const reasons = async (name: string): Promise<string[]> => (await world.admin.list(Events, { namespace: 'default' })).items.filter((e) => e.involvedObject?.name === name).map((e) => e.reason ?? '')

beforeAll(async () => {
  await sweep(CLUSTER)
  world = await startKubeletWorld(CLUSTER)
  await world.kubelet()
})
afterAll(() => world?.close())

describe('a node', () => {
  it('registers itself and is ready', async () => {
    const node = await until('node is Ready', async () => {
      const n = await world.admin.get(Nodes, NODE)
      return n.status?.conditions?.find((c) => c.type === 'Ready')?.status === 'True' && n
    })
    expect(node.status?.nodeInfo?.containerRuntimeVersion).toMatch(/^docker:\/\/\d+/)
    expect(Number(node.status?.capacity?.['cpu'])).toBeGreaterThan(0)
    expect(node.metadata.labels).toMatchObject({ 'kubernetes.io/hostname': NODE, 'kubernetes.io/os': 'linux' })
  })
})

describe('a pod', () => {
  it('runs, answers, tells its log, and goes', async () => {
    await world.run('web', { containers: [{ name: 'c', image: HELLO, readinessProbe: { httpGet: { path: '/healthz', port: 80 }, periodSeconds: 1 } } as never] })
    const pod = await world.wait('web', 'ready', (p) => running(p) && ready(p))
    expect(await (await fetch(`http://${pod.status!.podIP}/`)).text()).toContain('<code>web</code>')
    await until('the access log', async () => /GET \/ 200/.test(await logs('web')))
    expect(first(pod)).toMatchObject({ restartCount: 0, image: HELLO, containerID: expect.stringMatching(/^docker:\/\/[0-9a-f]{64}$/), imageID: expect.stringContaining('sha256:') })
    expect(pod.status).toMatchObject({ qosClass: 'BestEffort', hostIP: expect.any(String), startTime: expect.any(String) })
    await until('events', async () => { const r = await reasons('web'); return ['Pulled', 'Created', 'Started'].every((x) => r.includes(x)) })
    await world.admin.delete(Pods, 'web', 'default')
    await until('web is gone', async () => !(await world.pod('web')))
    expect(await world.containers('web')).toEqual([])
    await until('Killing is told', async () => (await reasons('web')).includes('Killing'))
  })

  it('comes back with restart count 1 when its container is killed', async () => {
    await world.run('killed', { containers: [box(SLEEP)] })
    await world.wait('killed', 'runs', running)
    const [c] = await world.containers('killed')
    await docker.getContainer(c!.Id).kill()
    const again = await world.wait('killed', 'runs again', (p) => running(p) && first(p).restartCount === 1)
    expect(first(again).lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'Error' })
  })

  it('is made anew when its sandbox is killed', async () => {
    await world.run('sandbox', { containers: [box(SLEEP)] })
    await world.wait('sandbox', 'runs', running)
    const [s] = await docker.listContainers({ filters: { label: ['io.kubernetes.pod.name=sandbox', 'dev.pilothouse.kind=sandbox'] } })
    await docker.getContainer(s!.Id).kill()
    await world.wait('sandbox', 'runs again', (p) => running(p) && first(p).restartCount === 1)
    await until('SandboxChanged', async () => (await reasons('sandbox')).includes('SandboxChanged'))
    expect((await world.containers('sandbox')).filter((c) => c.State === 'running')).toHaveLength(1)
  })

  it('that crashes is in CrashLoopBackOff, keeps its last words and its previous log', async () => {
    await world.run('crash', { containers: [box('echo said; echo last words > /dev/termination-log; exit 3')] })
    const pod = await world.wait('crash', 'CrashLoopBackOff', (p) => first(p)?.state?.waiting?.reason === 'CrashLoopBackOff' && first(p).restartCount >= 1)
    expect(first(pod).state?.waiting?.message).toMatch(/^back-off (10|20|40)s restarting failed container=c pod=crash_default\(/)
    expect(first(pod).lastState?.terminated).toMatchObject({ exitCode: 3, reason: 'Error', message: 'last words\n' })
    expect(await logs('crash', { previous: true })).toBe('said\n')
  })

  it.each([['Never', 0, 'Succeeded'], ['Never', 2, 'Failed'], ['OnFailure', 0, 'Succeeded']])('with restartPolicy %s that exits with %i has %s', async (restartPolicy, code, phase) => {
    const name = `once-${restartPolicy.toLowerCase()}-${code}`
    await world.run(name, { restartPolicy, containers: [box(`exit ${code}`)] })
    const pod = await world.wait(name, phase, (p) => p.status?.phase === phase)
    expect(first(pod).state?.terminated?.exitCode).toBe(code)
    expect(first(pod).restartCount).toBe(0)
  })

  it('runs its init containers in order, before the others', async () => {
    await world.run('inits', {
      volumes: [{ name: 'v', emptyDir: {} }],
      initContainers: [{ ...box('echo one >> /v/log'), name: 'i1' }, { ...box('echo two >> /v/log'), name: 'i2' }].map((c) => ({ ...c, volumeMounts: [{ name: 'v', mountPath: '/v' }] })),
      containers: [box(`cat /v/log; ${SLEEP}`, { volumeMounts: [{ name: 'v', mountPath: '/v' }] })],
    })
    await world.wait('inits', 'runs', running)
    await until('log', async () => (await logs('inits')).includes('two'))
    expect(await logs('inits')).toBe('one\ntwo\n')
  })

  it('sees env, config maps and secrets, and changes of their volumes', async () => {
    await world.admin.create(ConfigMaps, { metadata: { name: 'cm', namespace: 'default' }, data: { key: 'v1', OTHER: 'o' } })
    await world.admin.create(Secrets, { metadata: { name: 'sec', namespace: 'default' }, data: { pass: Buffer.from('s3').toString('base64') } })
    await world.run('env', {
      volumes: [{ name: 'm', configMap: { name: 'cm' } }, { name: 's', secret: { secretName: 'sec', defaultMode: 0o400 } }],
      containers: [box(`echo "$A|$B|$OTHER|$P|$NODE|$IP|$CPU"; cat /m/key; echo; cat /s/pass; echo; ${SLEEP}`, {
        envFrom: [{ configMapRef: { name: 'cm' } }],
        env: [{ name: 'A', value: 'a' }, { name: 'B', value: '$(A)-$$(A)' }, { name: 'P', valueFrom: { secretKeyRef: { name: 'sec', key: 'pass' } } }, { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
          { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }, { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } }],
        resources: { limits: { cpu: '500m', memory: '64Mi' } },
        volumeMounts: [{ name: 'm', mountPath: '/m' }, { name: 's', mountPath: '/s' }],
      })],
    })
    const pod = await world.wait('env', 'runs', running)
    await until('log', async () => (await logs('env')).includes('s3'))
    expect(await logs('env')).toBe(`a|a-$(A)|o|s3|${NODE}|${pod.status!.podIP}|500\nv1\ns3\n`)
    const [c] = await world.containers('env')
    const info = await docker.getContainer(c!.Id).inspect()
    expect(info.HostConfig).toMatchObject({ Memory: 64 << 20, CpuQuota: 50_000, CpuShares: 512 })
    await world.admin.patch(ConfigMaps, 'cm', 'default', 'merge', { data: { key: 'v2' } })
    await until('the new value', async () => (await world.runtime().execSync(c!.Id, ['cat', '/m/key'], 30_000)).output === 'v2')
  })

  it('without its config map waits and says for what', async () => {
    await world.run('missing', { containers: [box(SLEEP, { envFrom: [{ configMapRef: { name: 'later' } }] })] })
    const pod = await world.wait('missing', 'waits', (p) => first(p)?.state?.waiting?.reason === 'CreateContainerConfigError')
    expect(first(pod).state?.waiting?.message).toBe('configmap "later" not found')
    await world.admin.create(ConfigMaps, { metadata: { name: 'later', namespace: 'default' }, data: {} })
    await world.wait('missing', 'runs', running)
  })

  it.each([['nope.invalid/x:1', 'ErrImagePull|ImagePullBackOff', 'IfNotPresent'], ['busybox:absent', 'ErrImageNeverPull', 'Never']])('with image %s waits: %s', async (image, reason, imagePullPolicy) => {
    const name = `image-${imagePullPolicy.toLowerCase()}`
    await world.run(name, { containers: [{ name: 'c', image, imagePullPolicy }] })
    await world.wait(name, reason, (p) => new RegExp(reason).test(first(p)?.state?.waiting?.reason ?? ''))
    await expect(logs(name)).rejects.toThrow(/waiting to start/)
  })

  it('is restarted by its liveness probe', async () => {
    await world.run('live', { containers: [box(SLEEP, { livenessProbe: { exec: { command: ['sh', '-c', '! test -e /tmp/ill'] }, periodSeconds: 1, timeoutSeconds: 60, failureThreshold: 2 } })] })
    await world.wait('live', 'runs', running)
    const [c] = await world.containers('live')
    await world.runtime().execSync(c!.Id, ['touch', '/tmp/ill'], 30_000)
    await world.wait('live', 'restarted', (p) => running(p) && first(p).restartCount === 1)
    await until('events', async () => (await reasons('live')).includes('Unhealthy'))
    expect(first((await world.pod('live'))!).restartCount).toBe(1)
  })

  it('gets preStop and its grace period, then SIGKILL', async () => {
    await world.run('stubborn', { containers: [box('trap "" TERM; while :; do sleep 0.1; done', { lifecycle: { preStop: { exec: { command: ['sh', '-c', 'echo bye > /proc/1/fd/1'] } } } })], terminationGracePeriodSeconds: 6 })
    const pod = await world.wait('stubborn', 'runs', running)
    const [c] = await world.containers('stubborn')
    const abort = new AbortController()
    const seen: string[] = []
    const reading = (async () => { for await (const some of world.runtime().logs(c!.Id, { follow: true }, abort.signal)) seen.push(...some.map((l) => l.text)) })()
    await world.admin.delete(Pods, 'stubborn', 'default')
    await until('gone', async () => !(await world.pod('stubborn')))
    await reading
    expect(seen).toEqual(['bye'])
    expect(pod.metadata.uid).toBeTruthy()
  })

  it('is refused where it does not fit', async () => {
    await world.run('huge', { containers: [box(SLEEP, { resources: { requests: { cpu: '1000' } } })] })
    const pod = await world.wait('huge', 'Failed', (p) => p.status?.phase === 'Failed')
    expect(pod.status?.reason).toBe('OutOfcpu')
  })
})

describe('another kubelet', () => {
  it('adopts what runs, restarts nothing, and removes what has lost its pod', async () => {
    await world.run('stay', { containers: [box(SLEEP)] })
    await world.run('leave', { containers: [box(SLEEP)] })
    await world.wait('stay', 'runs', running)
    await world.wait('leave', 'runs', running)
    const killed = first((await world.pod('killed'))!)
    const before = await world.containers('stay')
    await world.quit()
    await world.admin.delete(Pods, 'leave', 'default', { gracePeriodSeconds: 0 })
    await world.kubelet()
    await until('the orphan is removed', async () => (await world.containers('leave')).length === 0)
    const after = await world.containers('stay')
    expect(after.map((c) => [c.Id, c.State])).toEqual(before.map((c) => [c.Id, 'running']))
    expect(first((await world.pod('killed'))!)).toMatchObject({ restartCount: 1, containerID: killed.containerID })
    await world.run('new', { containers: [box(SLEEP)] })
    await world.wait('new', 'runs', running)
    expect(first((await world.pod('stay'))!)).toMatchObject({ restartCount: 0, state: { running: expect.anything() } })
  })
})
