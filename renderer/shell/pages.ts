/** The pages, in the rail's order. */
import type { SvgIconComponent } from '@mui/icons-material'
import Architecture from '@mui/icons-material/AccountTreeOutlined'
import AlertsIcon from '@mui/icons-material/NotificationImportantOutlined'
import AuditIcon from '@mui/icons-material/FactCheckOutlined'
import EventsIcon from '@mui/icons-material/BoltOutlined'
import Logs from '@mui/icons-material/SubjectOutlined'
import Overview from '@mui/icons-material/SpaceDashboardOutlined'
import Settings from '@mui/icons-material/SettingsOutlined'
import type { ResourceType } from '../../shared/api/resources.ts'
import type { Key } from '../i18n/i18n.ts'
import { access, cluster, config, customPath, extensions, nameOf, network, storage, workloads } from '../kinds/catalog.ts'
import type { KindEntry } from '../kinds/catalog.ts'
import type { Served } from '../kinds/discovery.ts'
import { Custom, Images } from '../kinds/icons.ts'

export interface Page {
  path: string
  /** A key of the dictionary; or, of a custom kind, its name. */
  label: Key
  icon: SvgIconComponent
  /** Its live count stands beside its name; not served, it has no page. */
  type?: ResourceType
}
export interface Group {
  id: string
  label?: Key
  pages: Page[]
}
const page = ({ path, label, icon, type }: KindEntry): Page => ({ path, label, icon, type })

/** Everything there could be; `pagesOf` leaves out what is not served. */
export const groups: readonly Group[] = [
  { id: 'top', pages: [{ path: '/overview', label: 'nav.overview', icon: Overview }, { path: '/architecture', label: 'nav.architecture', icon: Architecture }] },
  { id: 'workloads', label: 'nav.workloads', pages: workloads.map(page) },
  { id: 'network', label: 'nav.network', pages: network.map(page) },
  { id: 'config', label: 'nav.config', pages: config.map(page) },
  { id: 'storage', label: 'nav.storage', pages: storage.map(page) },
  { id: 'history', pages: [{ path: '/logs', label: 'nav.logs', icon: Logs }, { path: '/events', label: 'nav.events', icon: EventsIcon }, { path: '/alerts', label: 'nav.alerts', icon: AlertsIcon }, { path: '/audit', label: 'nav.audit', icon: AuditIcon }] },
  { id: 'cluster', label: 'nav.cluster', pages: [...cluster.slice(0, 2).map(page), { path: '/images', label: 'nav.images', icon: Images }, ...cluster.slice(2).map(page)] },
  { id: 'access', label: 'nav.access', pages: access.map(page) },
  { id: 'custom', label: 'nav.custom', pages: extensions.map(page) },
  { id: 'settings', pages: [{ path: '/settings', label: 'nav.settings', icon: Settings }] },
]

/** The groups as they are now. Before the server has answered, only what every cluster has. */
export function groupsOf(served: Served | undefined): Group[] {
  const there = (p: Page): boolean => p.type === undefined || (served ? served.types.has(nameOf(p.type)) : p.type.group === '' || p.type.group === 'apps')
  const customs = (served?.custom ?? []).map((type): Page => ({ path: customPath(type), label: type.kind as Key, icon: Custom, type }))
  return groups.map((g) => ({ ...g, pages: [...g.pages.filter(there), ...(g.id === 'custom' ? customs : [])] })).filter((g) => g.pages.length > 0)
}
