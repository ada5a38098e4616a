/** The page of any kind that has a view; of any other, the way home. */
import { use } from 'react'
import { Redirect } from 'wouter'
import type { KubeObject } from '../../shared/api/meta.ts'
import type { Address } from '../lib/address.ts'
import { KindPage } from './KindPage.tsx'
import type { KindView } from './view.ts'
import { hasView, loadView } from './views.ts'

const loading = new Map<string, Promise<KindView<KubeObject>>>()
function viewOf(resource: string): Promise<KindView<KubeObject>> {
  let view = loading.get(resource)
  if (!view) loading.set(resource, (view = loadView(resource)))
  return view
}

function Loaded({ resource, address }: { resource: string; address: Address }) {
  return <KindPage view={use(viewOf(resource))} path={`/${resource}`} address={address} />
}
export default function Page({ kind, ...address }: Address & { kind: string }) {
  return hasView(kind) ? <Loaded key={kind} resource={kind} address={address} /> : <Redirect to="/overview" replace />
}
