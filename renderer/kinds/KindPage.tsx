/** The page of a kind: its list, and beside it the detail of the chosen object. */
import { useMemo } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeObject } from '../../shared/api/meta.ts'
import { chosenOf } from '../lib/address.ts'
import type { Address } from '../lib/address.ts'
import { ResourcePage } from '../ui/ResourcePage.tsx'
import { CreateButton } from './CreateButton.tsx'
import { useColumns } from './columns.tsx'
import { KindDetail } from './KindDetail.tsx'
import type { KindView } from './view.ts'

interface Props<T extends KubeObject> {
  view: KindView<T>
  path: string
  address: Address
  /** In place of the usual detail. */
  detail?: (o: T) => ReactNode
  /** The page's name, where no dictionary has it. */
  title?: string
}

/** What belongs to no namespace has its name where others have their namespace. */
export const addressFor = (namespaced: boolean, a: Address): Address => (namespaced ? a : { name: a.namespace, tab: a.name })

export function KindPage<T extends KubeObject>({ view, path, address, detail, title }: Props<T>) {
  const { t } = useTranslation()
  const columns = useColumns(view)
  const at = addressFor(view.type.namespaced, address)
  const chips = useMemo(() => view.chips?.map((c) => ({ id: c.id, label: t(c.label), matches: c.matches })) ?? [], [view, t])
  const add = view.action ?? (view.template !== undefined && <CreateButton template={view.template} kind={view.type.kind} />)
  return (
    <ResourcePage<T>
      type={view.type} title={title ?? t(view.title)} path={path} columns={columns} chips={chips} action={add} empty={t(view.empty)} emptyAction={add} chosen={chosenOf(at)} redact={view.redact}
      detail={detail ?? ((o) => <KindDetail key={o.metadata.uid} view={view} path={path} object={o} tab={at.tab} />)}
    />
  )
}
