/** The pages, in the rail's order. */
import type { SvgIconComponent } from '@mui/icons-material'
import Architecture from '@mui/icons-material/AccountTreeOutlined'
import ConfigMaps from '@mui/icons-material/TuneOutlined'
import Deployments from '@mui/icons-material/RocketLaunchOutlined'
import EventsIcon from '@mui/icons-material/BoltOutlined'
import Logs from '@mui/icons-material/SubjectOutlined'
import NamespacesIcon from '@mui/icons-material/FolderOutlined'
import NodesIcon from '@mui/icons-material/DnsOutlined'
import Overview from '@mui/icons-material/SpaceDashboardOutlined'
import PodsIcon from '@mui/icons-material/ViewInArOutlined'
import ReplicaSetsIcon from '@mui/icons-material/LayersOutlined'
import SecretsIcon from '@mui/icons-material/KeyOutlined'
import ServicesIcon from '@mui/icons-material/HubOutlined'
import Settings from '@mui/icons-material/SettingsOutlined'
import * as r from '../../shared/api/resources.ts'
import type { ResourceType } from '../../shared/api/resources.ts'
import type { Key } from '../i18n/i18n.ts'

export interface Page {
  path: string
  label: Key
  icon: SvgIconComponent
  /** Its live count stands beside its name. */
  counts?: ResourceType
}
export interface Group {
  label?: Key
  pages: Page[]
}
export const groups: Group[] = [
  { pages: [{ path: '/overview', label: 'nav.overview', icon: Overview }, { path: '/architecture', label: 'nav.architecture', icon: Architecture }] },
  {
    label: 'nav.workloads',
    pages: [
      { path: '/pods', label: 'nav.pods', icon: PodsIcon, counts: r.Pods },
      { path: '/deployments', label: 'nav.deployments', icon: Deployments, counts: r.Deployments },
      { path: '/replicasets', label: 'nav.replicasets', icon: ReplicaSetsIcon, counts: r.ReplicaSets },
    ],
  },
  { label: 'nav.network', pages: [{ path: '/services', label: 'nav.services', icon: ServicesIcon, counts: r.Services }] },
  { label: 'nav.config', pages: [{ path: '/configmaps', label: 'nav.configmaps', icon: ConfigMaps, counts: r.ConfigMaps }, { path: '/secrets', label: 'nav.secrets', icon: SecretsIcon, counts: r.Secrets }] },
  {
    pages: [
      { path: '/logs', label: 'nav.logs', icon: Logs },
      { path: '/events', label: 'nav.events', icon: EventsIcon },
      { path: '/nodes', label: 'nav.nodes', icon: NodesIcon, counts: r.Nodes },
      { path: '/namespaces', label: 'nav.namespaces', icon: NamespacesIcon, counts: r.Namespaces },
      { path: '/settings', label: 'nav.settings', icon: Settings },
    ],
  },
]
export const pages: Page[] = groups.flatMap((g) => g.pages)
