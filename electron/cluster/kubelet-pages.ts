/** What a kubelet answers over HTTP, to those who ask it through the API server (nodes/proxy). Source: kubernetes pkg/kubelet/server. */
import type { KubeletPage } from '../apiserver/types.ts'
import type { Health } from '../client/component.ts'

export interface PageSources {
  /** As from componentMetrics. */
  metrics(path: string): Promise<string | undefined>
  summary(node: string): object
  health(node: string): Health
}
const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8'

/** Logs of the machine, and commands to it, are not among them: a node of this app has no machine of its own. */
export async function kubeletPage({ metrics, summary, health }: PageSources, node: string, path: string): Promise<KubeletPage | undefined> {
  const prometheus = async (name: string): Promise<KubeletPage | undefined> => {
    const text = await metrics(`${name}/${node}`)
    return text === undefined ? undefined : { status: 200, contentType: PROMETHEUS, text }
  }
  switch (path) {
    case '/healthz': {
      const { healthy, message } = health(node)
      return { status: healthy ? 200 : 500, contentType: 'text/plain; charset=utf-8', text: healthy ? 'ok' : message }
    }
    case '/metrics':
      return prometheus('kubelet')
    case '/metrics/cadvisor':
      return prometheus('cadvisor')
    case '/stats/summary':
      return { status: 200, contentType: 'application/json', text: JSON.stringify(summary(node)) }
    default:
      return undefined
  }
}
