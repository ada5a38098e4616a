/** Which page is shown for which address. Each page is its own chunk. */
import { Suspense, lazy } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import type { Address } from './lib/address.ts'
import { Shell } from './shell/Shell.tsx'
import { Boundary, Rows } from './ui/states.tsx'

const Overview = lazy(() => import('./features/overview/Overview.tsx'))
const Architecture = lazy(() => import('./features/architecture/Architecture.tsx'))
const Pods = lazy(() => import('./features/pods/PodsPage.tsx'))
const Deployments = lazy(() => import('./features/deployments/DeploymentsPage.tsx'))
const Nodes = lazy(() => import('./features/nodes/NodesPage.tsx'))
const Namespaces = lazy(() => import('./features/namespaces/NamespacesPage.tsx'))
const Events = lazy(() => import('./features/events/EventsPage.tsx'))
const Logs = lazy(() => import('./features/logs/LogsPage.tsx'))
const Settings = lazy(() => import('./features/settings/SettingsPage.tsx'))
const Light = lazy(() => import('./features/others/LightPage.tsx'))

export function App() {
  const [location] = useLocation()
  return (
    <Shell>
      <Boundary key={location.split('/')[1]}>
        <Suspense fallback={<Rows />}>
          <Switch>
            <Route path="/overview"><Overview /></Route>
            <Route path="/architecture"><Architecture /></Route>
            <Route<Address> path="/pods/:namespace?/:name?/:tab?">{(p) => <Pods {...p} />}</Route>
            <Route<Address> path="/deployments/:namespace?/:name?/:tab?">{(p) => <Deployments {...p} />}</Route>
            <Route<Address> path="/nodes/:name?/:tab?">{(p) => <Nodes {...p} />}</Route>
            <Route path="/namespaces"><Namespaces /></Route>
            <Route path="/events"><Events /></Route>
            <Route path="/logs"><Logs /></Route>
            <Route path="/settings"><Settings /></Route>
            <Route<Address & { kind: string }> path="/:kind/:namespace?/:name?/:tab?">
              {(p) => (['replicasets', 'services', 'configmaps', 'secrets'].includes(p.kind) ? <Light key={p.kind} {...p} /> : <Redirect to="/overview" replace />)}
            </Route>
            <Route><Redirect to="/overview" replace /></Route>
          </Switch>
        </Suspense>
      </Boundary>
    </Shell>
  )
}
