/** What an answer costs in each form: a list of a thousand pods, over HTTPS, the first time that somebody asks for the form and then again. */
import { readFileSync } from 'node:fs'
import https from 'node:https'
import { parse } from 'yaml'
import type { Pod } from '../../shared/api/types.ts'
import { App, eventually } from '../integration/app.ts'
import { type Figure, median } from './figures.ts'
import { Api } from './http.ts'

const PODS = 1000
const TIMES = 21
const PATH = '/api/v1/namespaces/default/pods'
const FORMS: readonly (readonly [name: string, accept: string])[] = [
  ['JSON', 'application/json'], ['protobuf', 'application/vnd.kubernetes.protobuf'], ['Table in JSON', 'application/json;as=Table;v=v1;g=meta.k8s.io'],
  ['metadata in JSON', 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'], ['metadata in protobuf', 'application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'], ['YAML', 'application/yaml'],
]

interface Answer { readonly milliseconds: number; readonly bytes: number }

function asker(app: App): (accept: string) => Promise<Answer> {
  const config = parse(readFileSync(app.ready.kubeconfig, 'utf8')) as { clusters: { cluster: Record<string, string> }[]; users: { user: Record<string, string> }[] }
  const bytes = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64')
  const user = config.users[0]?.user ?? {}
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca: bytes(config.clusters[0]?.cluster['certificate-authority-data']), cert: bytes(user['client-certificate-data']), key: bytes(user['client-key-data']) })
  return (accept) => new Promise((resolve, reject) => {
    const began = performance.now()
    https.get(`${app.ready.apiServer}${PATH}`, { agent, headers: { accept } }, (response) => {
      let size = 0
      response.on('data', (chunk: Buffer) => { size += chunk.length })
      response.on('end', () => (response.statusCode === 200 ? resolve({ milliseconds: performance.now() - began, bytes: size }) : reject(new Error(`${accept}: ${response.statusCode}`))))
    }).on('error', reject)
  })
}

export async function wire(): Promise<Figure[]> {
  const app = await App.start({ args: ['--runtime', 'hollow', '--nodes', '10'] })
  try {
    const api = new Api(app.ready)
    const labels = { app: 'many' }
    const container = { name: 'c', image: 'pilothouse.dev/hello:1', env: [{ name: 'A', value: 'b' }], ports: [{ containerPort: 8080 }], resources: { requests: { cpu: '1m', memory: '1Mi' } }, readinessProbe: { httpGet: { path: '/', port: 8080 } } }
    await eventually('the default account', () => api.get<{ items: unknown[] }>('/api/v1/namespaces/default/serviceaccounts'), ({ items }) => items.length > 0)
    await api.send('POST', '/apis/apps/v1/namespaces/default/deployments', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'many' }, spec: { replicas: PODS, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } } })
    await eventually('all pods', () => api.get<{ items: unknown[] }>(PATH), ({ items }) => items.length === PODS, 120_000)
    // All run: nobody writes to them any more.
    await eventually('that they run', () => api.get<{ items: Pod[] }>(PATH), ({ items }) => items.every((p) => p.status?.phase === 'Running'), 120_000)
    const ask = asker(app)
    const figures: Figure[] = []
    for (const [name, accept] of FORMS) {
      const first = await ask(accept)
      const again: number[] = []
      for (let i = 0; i < TIMES; i++) again.push((await ask(accept)).milliseconds)
      figures.push({ name: `list of ${PODS} pods as ${name}`, value: first.bytes / 1024, unit: 'KiB', aim: '' }, { name: '  the first time', value: first.milliseconds, unit: 'ms', aim: '' }, { name: `  again, median of ${TIMES}`, value: median(again), unit: 'ms', aim: '' })
    }
    return figures
  } finally {
    await app.stop()
  }
}
