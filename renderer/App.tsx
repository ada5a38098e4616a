/** Which page is shown for which address. Each page is its own chunk. */
import { Suspense } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import type { Address } from './lib/address.ts'
import { Shell } from './shell/Shell.tsx'
import { Boundary, Rows } from './ui/states.tsx'
import { part } from './lib/part.ts'

const Overview = part(() => import('./features/overview/Overview.tsx'))
const Architecture = part(() => import('./features/architecture/Architecture.tsx'))
const Pods = part(() => import('./features/pods/PodsPage.tsx'))
const Nodes = part(() => import('./features/nodes/NodesPage.tsx'))
const Namespaces = part(() => import('./features/namespaces/NamespacesPage.tsx'))
const Events = part(() => import('./features/events/EventsPage.tsx'))
const Logs = part(() => import('./features/logs/LogsPage.tsx'))
const Alerts = part(() => import('./features/alerts/AlertsPage.tsx'))
const Audit = part(() => import('./features/audit/AuditPage.tsx'))
const Images = part(() => import('./features/images/ImagesPage.tsx'))
const Settings = part(() => import('./features/settings/SettingsPage.tsx'))
const Kind = part(() => import('./kinds/Page.tsx'))
const Custom = part(() => import('./features/extensions/CustomPage.tsx'))

export function App() {
  const [location] = useLocation()
  return (
    <Shell>
      <Boundary key={location.split('/').slice(1, location.startsWith('/custom/') ? 4 : 2).join('/')}>
        <Suspense fallback={<Rows />}>
          <Switch>
            <Route path="/overview"><Overview /></Route>
            <Route path="/architecture"><Architecture /></Route>
            <Route<Address> path="/pods/:namespace?/:name?/:tab?">{(p) => <Pods {...p} />}</Route>
            <Route<Address> path="/nodes/:name?/:tab?">{(p) => <Nodes {...p} />}</Route>
            <Route<Address> path="/namespaces/:name?/:tab?">{(p) => <Namespaces {...p} />}</Route>
            <Route path="/events"><Events /></Route>
            <Route path="/alerts"><Alerts /></Route>
            <Route<{ '*'?: string }> path="/logs/*?">{(p) => <Logs parts={p['*'] ?? ''} />}</Route>
            <Route<{ id?: string }> path="/audit/:id?">{(p) => <Audit {...p} />}</Route>
            <Route path="/images"><Images /></Route>
            <Route path="/settings"><Settings /></Route>
            <Route<Address & { group: string; resource: string }> path="/custom/:group/:resource/:namespace?/:name?/:tab?">{(p) => <Custom {...p} />}</Route>
            <Route<Address & { kind: string }> path="/:kind/:namespace?/:name?/:tab?">{(p) => <Kind {...p} />}</Route>
            <Route><Redirect to="/overview" replace /></Route>
          </Switch>
        </Suspense>
      </Boundary>
    </Shell>
  )
}
