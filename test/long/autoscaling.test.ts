/** A HorizontalPodAutoscaler over real load: a pod that works gets a second one, and is alone again when it rests. */
import Docker from 'dockerode'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Deployment, HorizontalPodAutoscaler } from '../../shared/api/types.ts'
import { App, eventually } from '../integration/app.ts'
import { BUSYBOX, ensureBusybox } from '../integration/busybox.ts'

let app: App
beforeAll(async () => {
  await ensureBusybox(new Docker())
  app = await App.start({ args: ['--nodes', '1'] })
})
afterAll(() => app?.dispose())

const get = <T>(kind: string): Promise<T> => app.json<T>('35', ['get', kind, 'worker'])
const wanted = async (): Promise<number | undefined> => (await get<Deployment>('deployment')).spec.replicas
/** Works as long as the file is there; its limit keeps that to a twentieth of a core. */
const WORK = 'while :; do if [ -f /tmp/load ]; then i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done; else sleep 0.2; fi; done'
const deployment = {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'worker' },
  spec: {
    replicas: 1, selector: { matchLabels: { app: 'worker' } },
    template: { metadata: { labels: { app: 'worker' } }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: BUSYBOX, command: ['sh', '-c', WORK], resources: { requests: { cpu: '20m' }, limits: { cpu: '50m' } } }] } },
  },
}
const autoscaler = {
  apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'worker' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker' }, minReplicas: 1, maxReplicas: 2,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 100 } } }],
    behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
  },
}

it('makes more pods when there is work, and fewer when they rest', async () => {
  await app.ok('35', ['create', '-f', '-'], { input: [deployment, autoscaler].map((o) => JSON.stringify(o)).join('\n---\n') })
  await app.ok('35', ['rollout', 'status', 'deployment/worker', '--timeout=120s'])
  const [pod = ''] = (await app.ok('35', ['get', 'pods', '-l', 'app=worker', '-o', 'name'])).trim().split('\n')
  await app.ok('35', ['exec', pod, '--', 'touch', '/tmp/load'])
  await eventually('there are two', wanted, (n) => n === 2, 240_000)
  await app.ok('35', ['exec', pod, '--', 'rm', '/tmp/load'])
  await app.ok('35', ['rollout', 'status', 'deployment/worker', '--timeout=120s'])
  await eventually('there is one again', wanted, (n) => n === 1, 240_000)
  const { status } = await eventually('the autoscaler says so', () => get<HorizontalPodAutoscaler>('hpa'), (h) => h.status?.desiredReplicas === 1)
  expect(status?.conditions?.find((c) => c.type === 'ScalingActive')).toMatchObject({ status: 'True', reason: 'ValidMetricFound' })
  expect(await app.ok('35', ['get', 'events', '--field-selector', 'reason=SuccessfulRescale', '-o', 'name'])).toMatch(/event\/.+\n.*event\/.+/)
}, 600_000)
