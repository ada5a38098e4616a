/** Objects that the cases are about, as short as they can be. */
import type { Swaps } from './table.ts'

type More = Record<string, unknown>
export const named = (apiVersion: string, kind: string, name: string, more: More = {}, metadata: More = {}): object => ({ apiVersion, kind, metadata: { name, ...metadata }, ...more })

export const container = (name = 'c', more: More = {}): object => ({ name, image: 'busybox:local', ...more })
export const template = (app: string, more: More = {}): object => ({ metadata: { labels: { app } }, spec: { terminationGracePeriodSeconds: 1, containers: [container()], ...more } })
export const pod = (name: string, spec: More = {}, metadata: More = {}): object => named('v1', 'Pod', name, { spec: { terminationGracePeriodSeconds: 1, containers: [container()], ...spec } }, metadata)
export const deployment = (name: string, spec: More = {}, metadata: More = {}): object => named('apps/v1', 'Deployment', name, { spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: template(name), ...spec } }, metadata)
export const service = (name: string, spec: More = {}): object => named('v1', 'Service', name, { spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }], ...spec } })
export const configMap = (name: string, data: More = {}, metadata: More = {}): object => named('v1', 'ConfigMap', name, { data }, metadata)

/** What `describe` prints of a workload whose `template` has nothing of its own, and what it does not print up to 1.28. */
export const PLAIN_TEMPLATE = `  Containers:
   c:
    Image:         busybox:local
    Port:          <none>
    Host Port:     <none>
    Environment:   <none>
    Mounts:        <none>
  Volumes:         <none>
  Node-Selectors:  <none>
  Tolerations:     <none>`
export const PLAIN_TEMPLATE_28: Swaps = [['\n  Node-Selectors:  <none>\n  Tolerations:     <none>', '']]
