/** What a kubelet answers over HTTP, to those who ask it through the API server (nodes/proxy). Source: kubernetes pkg/kubelet/server. */
import { Readable } from 'node:stream'
import type { LogReader } from '../logging/types.ts'
import type { KubeletPage } from '../apiserver/types.ts'
import type { Pod } from '../../shared/api/types.ts'
import type { Health } from '../client/component.ts'

export interface PageSources {
  /** As from componentMetrics. */
  metrics(path: string): Promise<string | undefined>
  summary(node: string): object
  /** /metrics/resource, for metrics-server and the like. */
  resource(node: string): Promise<string>
  /** Where the components of this app log. */
  readonly logs: Pick<LogReader, 'export'>
  health(node: string): Health
  configuration(node: string): object
  /** That the node's kubelet has in work. */
  pods(node: string): readonly Pod[]
  /** /metrics/probes */
  probes(node: string): Promise<string>
}
const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8'

const json = (value: object): KubeletPage => ({ status: 200, contentType: 'application/json', text: JSON.stringify(value) })

const TEXT = 'text/plain; charset=utf-8'
/** What logs on a node. The nodes of this app share one process, and its components one log. */
const LOGGING = ['kubelet', 'kube-proxy']

/** All that a component has logged and that is still kept, oldest first; read as it is sent. */
async function* logged(logs: PageSources['logs'], component: string): AsyncGenerator<string> {
  for (let after: Awaited<ReturnType<LogReader['export']>>['next']; ;) {
    const part = await logs.export({ query: `stream:component component:${component}`, format: 'text', order: 'oldest', ...(after ? { after } : {}) })
    if (part.text) yield part.text
    if (!(after = part.next)) return
  }
}

/** /logs is a folder, as upstream's of /var/log. Other logs of the machine, and commands to it, are not there: a node of this app has no machine of its own. */
function logPage(logs: PageSources['logs'], path: string): KubeletPage | undefined {
  if (path === '/logs') return { status: 200, contentType: 'text/html; charset=utf-8', text: `<pre>\n${LOGGING.map((name) => `<a href="${name}.log">${name}.log</a>\n`).join('')}</pre>\n` }
  const component = LOGGING.find((name) => path === `/logs/${name}.log`)
  return component === undefined ? undefined : { status: 200, contentType: TEXT, stream: Readable.from(logged(logs, component), { objectMode: false }) }
}

/** What the kubelet of a node answers to GET of a path; undefined: nothing is there. */
export async function kubeletPage({ metrics, summary, resource, logs, health, configuration, pods, probes }: PageSources, node: string, path: string): Promise<KubeletPage | undefined> {
  const prometheus = async (name: string): Promise<KubeletPage | undefined> => {
    const text = await metrics(`${name}/${node}`)
    return text === undefined ? undefined : { status: 200, contentType: PROMETHEUS, text }
  }
  switch (path) {
    case '/healthz':
    case '/healthz/syncloop': {
      const { healthy, message } = health(node)
      return { status: healthy ? 200 : 500, contentType: TEXT, text: healthy ? 'ok' : message }
    }
    case '/healthz/log':
    case '/healthz/ping':
      return { status: 200, contentType: TEXT, text: 'ok' }
    case '/configz':
      return json({ kubeletconfig: configuration(node) })
    case '/pods':
    case '/pods/':
      return json({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: pods(node).map(({ kind: _kind, apiVersion: _version, ...pod }) => pod) })
    case '/metrics':
      return prometheus('kubelet')
    case '/metrics/cadvisor':
      return prometheus('cadvisor')
    case '/metrics/probes':
      return { status: 200, contentType: PROMETHEUS, text: await probes(node) }
    case '/stats/summary':
      return json(summary(node))
    case '/metrics/resource':
      return { status: 200, contentType: PROMETHEUS, text: await resource(node) }
    default:
      return logPage(logs, path)
  }
}
