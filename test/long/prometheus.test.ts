/**
 * A real Prometheus, as Debian packs it, unpacked beside the project: it scrapes the API server, a node and its cAdvisor through the API
 * server's proxy, a pod, and every component; its linter reads what they say.
 */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Docker from 'dockerode'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App, root } from '../integration/app.ts'
import { BUSYBOX, ensureBusybox } from '../integration/busybox.ts'
import { until } from '../integration/until.ts'
import { ownPort } from '../ports.ts'

const cache = join(root, '.cache', 'prometheus')
const binary = (name: string): string => join(cache, 'usr', 'bin', name)
const COMPONENTS = ['etcd', 'kube-scheduler', 'kube-controller-manager', 'kubelet', 'kube-proxy', 'kube-dns', 'ingress', 'log-collector', 'event-log', 'metrics', 'components']
let app: App
let directory: string
let server: ChildProcess
let url: string

/** The API server by its certificate, as whoever the kubeconfig names. */
const access = (): object => ({ scheme: 'https', tls_config: { ca_file: join(directory, 'ca'), cert_file: join(directory, 'cert'), key_file: join(directory, 'key') } })
function configuration(pod: string): object {
  const through = (name: string, path: string): object => ({ job_name: name, ...access(), metrics_path: path, static_configs: [{ targets: [new URL(app.ready.apiServer).host] }] })
  const node = `/api/v1/nodes/${app.ready.nodes[0]}/proxy`
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [
      through('apiserver', '/metrics'), through('slis', '/metrics/slis'), through('node', `${node}/metrics`), through('cadvisor', `${node}/metrics/cadvisor`), through('resource', `${node}/metrics/resource`),
      ...COMPONENTS.map((name) => through(name, `/metrics/${name}`)),
      { job_name: 'pod', metrics_path: '/numbers', static_configs: [{ targets: [`${pod}:8080`] }] },
    ],
  }
}

/** What a query answers: by job or by the label that is asked for. */
async function query(text: string, label = 'job'): Promise<Record<string, number>> {
  const answer = (await (await fetch(`${url}/api/v1/query?query=${encodeURIComponent(text)}`)).json()) as { data: { result: { metric: Record<string, string>; value: [number, string] }[] } }
  return Object.fromEntries(answer.data.result.map(({ metric, value }) => [metric[label] ?? '', Number(value[1])]))
}

beforeAll(async () => {
  if (!existsSync(binary('prometheus'))) {
    mkdirSync(cache, { recursive: true })
    execFileSync('apt-get', ['download', '-qq', 'prometheus'], { cwd: cache, stdio: 'pipe' })
    for (const name of readdirSync(cache).filter((f) => f.endsWith('.deb'))) execFileSync('dpkg', ['-x', name, '.'], { cwd: cache })
  }
  await ensureBusybox(new Docker())
  app = await App.start()
  const script = `mkdir -p /www; printf '# TYPE queue_length gauge\\nqueue_length 12\\n' > /www/numbers; exec httpd -f -p 8080 -h /www`
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: BUSYBOX, command: ['sh', '-c', script], readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }] } }
  await app.ok('35', ['create', '-f', '-'], { input: JSON.stringify(pod) })
  await app.ok('35', ['wait', 'pod/web', '--for=condition=Ready', '--timeout=100s'])
  directory = mkdtempSync(join(tmpdir(), 'prometheus-'))
  const kubeconfig = readFileSync(app.ready.kubeconfig, 'utf8')
  for (const [file, key] of [['ca', 'certificate-authority-data'], ['cert', 'client-certificate-data'], ['key', 'client-key-data']] as const) writeFileSync(join(directory, file), Buffer.from(new RegExp(`${key}: "?([^"\\n]+)`).exec(kubeconfig)?.[1] ?? '', 'base64'), { mode: 0o600 })
  writeFileSync(join(directory, 'prometheus.yml'), JSON.stringify(configuration(await app.ok('35', ['get', 'pod', 'web', '-o', 'jsonpath={.status.podIP}']))))
  const port = await ownPort()
  url = `http://127.0.0.1:${port}`
  server = spawn(binary('prometheus'), [`--config.file=${join(directory, 'prometheus.yml')}`, `--storage.tsdb.path=${join(directory, 'data')}`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=warn'], { stdio: ['ignore', 'inherit', 'inherit'] })
  await until('Prometheus is ready', () => {
    if (server.exitCode !== null) throw new Error(`Prometheus has ended with ${server.exitCode}`)
    return fetch(`${url}/-/ready`).then((r) => r.ok, () => false)
  })
})
afterAll(async () => {
  if (server && server.exitCode === null) {
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill()
    await ended
  }
  await app?.dispose()
  if (directory) rmSync(directory, { recursive: true })
})

it('can scrape everything', async () => {
  const wanted = ['apiserver', 'slis', 'node', 'cadvisor', 'resource', 'pod', ...COMPONENTS]
  const found = await until('all jobs are up', async () => { const up = await query('max by (job) (up)'); return wanted.every((job) => up[job] === 1) && up }).catch(async (e: Error) => { throw new Error(`${e.message}; ${JSON.stringify(await (await fetch(`${url}/api/v1/targets?state=active`)).json(), ['data', 'activeTargets', 'scrapePool', 'scrapeUrl', 'health', 'lastError'])}`) })
  expect(Object.keys(found).sort()).toEqual(wanted.sort())
})
it('reads what dashboards and alerts of others are made of', async () => {
  const numbers = async (text: string, label: string): Promise<Record<string, number>> => until(text, async () => { const found = await query(text, label); return Object.keys(found).length > 0 && found })
  expect((await numbers('container_memory_working_set_bytes{pod="web"}', 'container'))['c']).toBeGreaterThan(0)
  expect(await numbers('queue_length', 'job')).toEqual({ pod: 12 })
  await app.ok('35', ['get', 'pods'])
  expect((await numbers('sum by (verb) (apiserver_request_total{job="apiserver",verb="LIST"})', 'verb'))['LIST']).toBeGreaterThan(0)
  expect((await numbers('histogram_quantile(0.99, sum by (le, job) (apiserver_request_duration_seconds_bucket{verb!="WATCH"}))', 'job'))['apiserver']).toBeGreaterThan(0)
  expect(await numbers('kubelet_running_pods{job="node"}', 'node')).toEqual({ [app.ready.nodes[0] ?? '']: 1 })
  const rates = await until('a rate', async () => { const found = await query('rate(container_cpu_usage_seconds_total{pod="web"}[30s])', 'container'); return 'c' in found && found })
  expect(rates['c']).toBeGreaterThanOrEqual(0)
})
it.each<[string, string, string, string]>([
  ['cpu of containers', 'sum by (namespace, pod, container) (rate(container_cpu_usage_seconds_total{job="cadvisor",image!="",container!=""}[30s]))', 'container', 'c'],
  ['memory of containers', 'container_memory_rss{job="cadvisor",image!="",container!=""}', 'container', 'c'],
  ['the network of pods', 'sum by (pod) (rate(container_network_receive_packets_total{job="cadvisor",namespace="default"}[30s]))', 'pod', 'web'],
  ['how many cores', 'sum by (job) (machine_cpu_cores{job="cadvisor"})', 'job', 'cadvisor'],
  ['how long pods take, of a node by its name', 'histogram_quantile(0.99, sum by (instance, le) (kubelet_pod_worker_duration_seconds_bucket{job="node"})) * on (instance) group_left (node) kubelet_node_name{job="node"}', 'node', ''],
  ['what the engine was asked for', 'sum by (operation_type) (kubelet_runtime_operations_total{job="node"})', 'operation_type', 'start_container'],
  ['how long scheduling takes', 'histogram_quantile(0.99, sum by (job, le) (scheduler_scheduling_attempt_duration_seconds_bucket{job="kube-scheduler",result="scheduled"}))', 'job', 'kube-scheduler'],
  ['how long keys wait', 'histogram_quantile(0.99, sum by (job, le) (workqueue_queue_duration_seconds_bucket{job="kube-controller-manager"}))', 'job', 'kube-controller-manager'],
  ['how long rules take', 'histogram_quantile(0.99, sum by (job, le) (kubeproxy_sync_proxy_rules_duration_seconds_bucket{job="kube-proxy"}))', 'job', 'kube-proxy'],
])('answers as kubernetes-mixin asks: %s', async (_title, text, label, of) => {
  const name = of || (app.ready.nodes[0] ?? '')
  const found = await until(text, async () => { const answer = await query(text, label); return Number.isFinite(answer[name]) && answer })
  expect(found[name]).toBeGreaterThanOrEqual(0)
})
it.each(['', ...COMPONENTS.map((name) => `/${name}`)])('its linter reads /metrics%s', async (path) => {
  const { status, stderr } = spawnSync(binary('promtool'), ['check', 'metrics'], { input: await app.ok('35', ['get', '--raw', `/metrics${path}`]), encoding: 'utf8' })
  // 3: it would name some otherwise; those are upstream's names. 1: it cannot read them.
  expect([0, 3], stderr).toContain(status)
})
