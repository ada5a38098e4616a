/** The page of any kind that has a view; of any other, the way home. */
import { Redirect } from 'wouter'
import type { Address } from '../lib/address.ts'
import { useLater } from '../lib/part.ts'
import { Rows } from '../ui/states.tsx'
import { KindPage } from './KindPage.tsx'
import { hasView, viewOf } from './views.ts'

function Loaded({ resource, address }: { resource: string; address: Address }) {
  const view = useLater(viewOf(resource))
  return view ? <KindPage view={view} path={`/${resource}`} address={address} /> : <Rows />
}
export default function Page({ kind, ...address }: Address & { kind: string }) {
  return hasView(kind) ? <Loaded key={kind} resource={kind} address={address} /> : <Redirect to="/overview" replace />
}
