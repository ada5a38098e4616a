/** Which page is shown for which address. Each page is its own chunk. */
import { useEffect } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import type { Address } from './lib/address.ts'
import { fetchRest, Alerts, Architecture, Audit, Custom, Events, Images, Kind, Logs, Namespaces, Nodes, Overview, Pods, Settings } from './shell/page-parts.ts'
import { Shell } from './shell/Shell.tsx'
import { Boundary, Rows } from './ui/states.tsx'
import { Wait } from './lib/part.ts'

export function App() {
  const [location] = useLocation()
  useEffect(fetchRest, [])
  return (
    <Shell>
      <Boundary key={location.split('/').slice(1, location.startsWith('/custom/') ? 4 : 2).join('/')}>
        <Wait value={<Rows />}>
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
        </Wait>
      </Boundary>
    </Shell>
  )
}
