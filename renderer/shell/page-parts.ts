/** The pages, each a chunk of its own, which is fetched when somebody is about to open it. */
import { part } from '../lib/part.ts'
import { hasView, viewOf } from '../kinds/views.ts'

export const Overview = part(() => import('../features/overview/Overview.tsx'))
export const Architecture = part(() => import('../features/architecture/Architecture.tsx'))
export const Pods = part(() => import('../features/pods/PodsPage.tsx'))
export const Nodes = part(() => import('../features/nodes/NodesPage.tsx'))
export const Namespaces = part(() => import('../features/namespaces/NamespacesPage.tsx'))
export const Events = part(() => import('../features/events/EventsPage.tsx'))
export const Logs = part(() => import('../features/logs/LogsPage.tsx'))
export const Alerts = part(() => import('../features/alerts/AlertsPage.tsx'))
export const Audit = part(() => import('../features/audit/AuditPage.tsx'))
export const Images = part(() => import('../features/images/ImagesPage.tsx'))
export const Settings = part(() => import('../features/settings/SettingsPage.tsx'))
export const Kind = part(() => import('../kinds/Page.tsx'))
export const Custom = part(() => import('../features/extensions/CustomPage.tsx'))

const pages: Record<string, { ahead(): void }> = { overview: Overview, architecture: Architecture, pods: Pods, nodes: Nodes, namespaces: Namespaces, events: Events, logs: Logs, alerts: Alerts, audit: Audit, images: Images, settings: Settings, custom: Custom }

/** Fetches the page of an address of the rail: its link is pointed at, or has the focus. */
export function fetchAhead(path: string): void {
  const name = path.split('/')[1] ?? ''
  const own = pages[name]
  if (own) own.ahead()
  else if (hasView(name)) {
    Kind.ahead()
    void viewOf(name).load().catch(() => undefined)
  }
}

/** Fetches all pages, one in each idle moment. */
export function fetchRest(): void {
  const rest = [...Object.values(pages), Kind]
  const next = (): void => {
    const page = rest.shift()
    if (!page) return
    page.ahead()
    requestIdleCallback(next)
  }
  requestIdleCallback(next)
}
