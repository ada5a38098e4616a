/** A pod that says how long its queue is, scraped for real: custom.metrics.k8s.io, and the HorizontalPodAutoscaler that follows it. */
import Docker from 'dockerode'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App } from './app.ts'
import { BUSYBOX, ensureBusybox } from './busybox.ts'
import { until } from './until.ts'

let app: App
beforeAll(async () => {
  await ensureBusybox(new Docker())
  app = await App.start()
})
afterAll(() => app?.dispose())

const BASE = '/apis/custom.metrics.k8s.io/v1beta2'
interface Values { items: { describedObject: { name: string }; value: string }[] }
const raw = async (path: string): Promise<Values | undefined> => {
  const { code, stdout } = await app.kubectl('35', ['get', '--raw', path])
  return code === 0 ? (JSON.parse(stdout) as Values) : undefined
}
const script = `mkdir -p /www/deep; printf '# TYPE queue_length gauge\\nqueue_length{kind="mail"} 12\\nqueue_length{kind="fax"} 18\\n' > /www/deep/numbers; exec httpd -f -p 8080 -h /www`
const manifest = {
  apiVersion: 'v1', kind: 'List', items: [
    {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' }, annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080', 'prometheus.io/path': '/deep/numbers' } },
          spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: BUSYBOX, command: ['sh', '-c', script], readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }] },
        },
      },
    },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] } },
  ],
}
const hpa = (name: string, metrics: object[]): object => ({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas: 1, maxReplicas: 2, metrics } })
const apply = (what: object): Promise<string> => app.ok('35', ['apply', '-f', '-'], { input: JSON.stringify(what) })

it('what a pod says can be asked for, of itself and of its Service', async () => {
  expect(await raw(BASE)).toBeUndefined()
  await apply(manifest)
  const path = `${BASE}/namespaces/default/pods/*/queue_length?labelSelector=app%3Dweb`
  await until('the first scrape', () => app.api.get<Values>(path).then(() => true, (e: Error) => { if (!/ (404|503) /.test(e.message)) throw e; return false }), 180_000)
  expect((await raw(path))?.items).toMatchObject([{ describedObject: { kind: 'Pod', name: expect.stringMatching(/^web-/) as string }, value: '30' }])
  expect((await raw(`${BASE}/namespaces/default/services/web/queue_length?metricLabelSelector=kind%3Dmail`))?.items).toMatchObject([{ describedObject: { kind: 'Service', name: 'web' }, value: '12' }])
  expect(JSON.parse(await app.ok('35', ['get', '--raw', BASE]))).toMatchObject({ resources: expect.arrayContaining([expect.objectContaining({ name: 'pods/queue_length' })]) as unknown })
})

it('an autoscaler follows it, by pods and by an object', async () => {
  await apply(hpa('web', [{ type: 'Pods', pods: { metric: { name: 'queue_length', selector: { matchLabels: { kind: 'mail' } } }, target: { type: 'AverageValue', averageValue: '6' } } }]))
  await app.ok('35', ['wait', 'deployment/web', '--for=jsonpath={.spec.replicas}=2', '--timeout=110s'])
  await apply(hpa('service', [{ type: 'Object', object: { metric: { name: 'queue_length' }, describedObject: { apiVersion: 'v1', kind: 'Service', name: 'web' }, target: { type: 'AverageValue', averageValue: '1k' } } }]))
  await app.ok('35', ['wait', 'hpa/service', '--for=condition=ScalingActive', '--timeout=60s'])
  expect(JSON.parse(await app.ok('35', ['get', 'hpa', 'service', '-o', 'json']))).toMatchObject({ status: { currentMetrics: [{ type: 'Object', object: { metric: { name: 'queue_length' }, describedObject: { name: 'web' } } }] } })
})

it('what its container read and wrote is counted, too', async () => {
  const path = `/api/v1/nodes/${app.ready.nodes[0]}/proxy/metrics/cadvisor`
  const counted = /^container_fs_writes_bytes_total\{container="c",(?:device="[^"]+",)?id="[^"]+",image="[^"]+",name="[^"]+",namespace="default",pod="web-[^"]+"\} \d+$/m
  expect(await until('a measurement', async () => { const text = await app.ok('35', ['get', '--raw', path]); return counted.test(text) && text })).toContain('container_fs_reads_bytes_total{')
})
