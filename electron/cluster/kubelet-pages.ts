/** What a kubelet answers over HTTP, to those who ask it through the API server (nodes/proxy). Source: kubernetes pkg/kubelet/server. */
import type { KubeletPage } from '../apiserver/types.ts'
import type { Pod } from '../../shared/api/types.ts'
import type { Health } from '../client/component.ts'

export interface PageSources {
  /** As from componentMetrics. */
  metrics(path: string): Promise<string | undefined>
  summary(node: string): object
  health(node: string): Health
  configuration(node: string): object
  /** That the node's kubelet has in work. */
  pods(node: string): readonly Pod[]
}
const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8'

const json = (value: object): KubeletPage => ({ status: 200, contentType: 'application/json', text: JSON.stringify(value) })

/** Logs of the machine, and commands to it, are not among them: a node of this app has no machine of its own. */
export async function kubeletPage({ metrics, summary, health, configuration, pods }: PageSources, node: string, path: string): Promise<KubeletPage | undefined> {
  const prometheus = async (name: string): Promise<KubeletPage | undefined> => {
    const text = await metrics(`${name}/${node}`)
    return text === undefined ? undefined : { status: 200, contentType: PROMETHEUS, text }
  }
  switch (path) {
    case '/healthz':
    case '/healthz/syncloop': {
      const { healthy, message } = health(node)
      return { status: healthy ? 200 : 500, contentType: 'text/plain; charset=utf-8', text: healthy ? 'ok' : message }
    }
    case '/healthz/ping':
      return { status: 200, contentType: 'text/plain; charset=utf-8', text: 'ok' }
    case '/configz':
      return json({ kubeletconfig: configuration(node) })
    case '/pods':
    case '/pods/':
      return json({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: pods(node).map(({ kind: _kind, apiVersion: _version, ...pod }) => pod) })
    case '/metrics':
      return prometheus('kubelet')
    case '/metrics/cadvisor':
      return prometheus('cadvisor')
    case '/stats/summary':
      return json(summary(node))
    default:
      return undefined
  }
}
