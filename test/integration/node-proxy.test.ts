/** What a node's kubelet answers through the API server (nodes/proxy), and what components tell Prometheus, with kubectl. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App } from './app.ts'

const NODE = 'hollow-1'
let app: App
beforeAll(async () => {
  app = await App.start({ args: ['--runtime', 'hollow', '--nodes', '1'] })
  await app.ok('35', ['run', 'web', '--image=pilothouse.dev/hello:1'])
  await app.ok('35', ['wait', 'pod/web', '--for=condition=Ready', '--timeout=60s'])
})
afterAll(() => app?.dispose())
const raw = (path: string, ...more: string[]): Promise<string> => app.ok('35', ['get', '--raw', `/api/v1/nodes/${NODE}/proxy/${path}`, ...more])

it('health, metrics of itself and of its containers, the summary', async () => {
  expect(await raw('healthz')).toBe('ok')
  expect(await raw('metrics')).toMatch(new RegExp(`^kubelet_running_pods\\{node="${NODE}"\\} 1$`, 'm'))
  expect(await raw('metrics/cadvisor')).toMatch(/^container_memory_working_set_bytes\{container="web",id="[^"]+",image="pilothouse.dev\/hello:1",name="[^"]+",namespace="default",pod="web"\} \d+$/m)
  expect(JSON.parse(await raw('configz'))).toMatchObject({ kubeletconfig: { kind: 'KubeletConfiguration', maxPods: expect.any(Number) as number, evictionHard: { 'memory.available': '100Mi' }, clusterDomain: 'cluster.local' } })
  expect(JSON.parse(await raw('pods'))).toMatchObject({ kind: 'PodList', items: [{ metadata: { name: 'web', namespace: 'default' }, status: { phase: 'Running' } }] })
  expect(JSON.parse(await raw('stats/summary'))).toMatchObject({ node: { nodeName: NODE, memory: { workingSetBytes: expect.any(Number) as number } }, pods: [{ podRef: { name: 'web', namespace: 'default' }, containers: [{ name: 'web' }] }] })
})
it.each([
  ['', /^apiserver_request_total\{.*\} \d+$/m], ['/etcd', /^etcd_debugging_mvcc_keys_total [1-9]\d*$/m], ['/kube-scheduler', /^scheduler_bound_pods 1$/m], ['/kube-scheduler', /^scheduler_schedule_attempts_total\{profile="default-scheduler",result="scheduled"\} 1$/m], ['/kube-controller-manager', /^workqueue_work_duration_seconds_count\{name="replicaset-controller"\} \d+$/m], ['/kube-controller-manager', /^workqueue_adds_total\{name="replicaset-controller"\} \d+$/m],
  ['/kubelet', /^kubelet_running_pods\{node="hollow-1"\} 1$/m], ['/kubelet', /^kubelet_node_name\{node="hollow-1"\} 1$/m], ['/components', /^pilothouse_component_healthy\{component="kube-scheduler"\} 1$/m],
])('a component tells Prometheus of itself under /metrics%s, to those who may read it', async (path, line) => {
  expect(await app.ok('35', ['get', '--raw', `/metrics${path}`])).toMatch(line)
  expect((await app.kubectl('35', ['get', '--raw', `/metrics${path}`, '--as=nobody'])).stderr).toContain('Forbidden')
})
it('its own log, those of its containers, and what they use', async () => {
  expect(await raw('logs/')).toBe('<pre>\n<a href="kubelet.log">kubelet.log</a>\n<a href="kube-proxy.log">kube-proxy.log</a>\n</pre>\n')
  expect(await raw('logs/kubelet.log')).toMatch(/^\S+ .*node=hollow-1/m)
  expect(await raw('containerLogs/default/web/web?tailLines=1')).toBe(await app.ok('35', ['logs', 'web', '--tail=1']))
  expect(await raw('metrics/resource')).toMatch(/^container_memory_working_set_bytes\{container="web",namespace="default",pod="web"\} \d+ \d{13}$/m)
  expect(JSON.parse(await raw('runningpods/'))).toMatchObject({ kind: 'PodList', items: [{ metadata: { name: 'web' } }] })
})
it('has no other logs of a machine, and is nobody else', async () => {
  expect((await app.kubectl('35', ['get', '--raw', `/api/v1/nodes/${NODE}/proxy/logs/syslog`])).stderr).toContain('NotFound')
  expect((await app.kubectl('35', ['get', '--raw', '/api/v1/nodes/none/proxy/stats/summary'])).stderr).toContain('NotFound')
  expect((await app.kubectl('35', ['get', '--raw', `/api/v1/nodes/${NODE}/proxy/stats/summary`, '--as=nobody'])).stderr).toContain('Forbidden')
})
