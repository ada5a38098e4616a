/** The page of a custom kind, known only by what the server serves. */
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AnyObject } from '../../../shared/api/meta.ts'
import { CustomResourceDefinitions } from '../../../shared/api/resources.ts'
import type { ResourceType } from '../../../shared/api/resources.ts'
import { useResource, useValue } from '../../cache/hooks.ts'
import { customPath, nameOf } from '../../kinds/catalog.ts'
import { discoveryFault, served } from '../../kinds/discovery.ts'
import { addressFor, KindPage } from '../../kinds/KindPage.tsx'
import { KindDetail } from '../../kinds/KindDetail.tsx'
import type { Address } from '../../lib/address.ts'
import { Empty, ErrorState, Rows } from '../../ui/states.tsx'
import { customState, customView } from './custom-view.ts'

function Known({ type, address }: { type: ResourceType; address: Address }) {
  const definition = useResource(CustomResourceDefinitions).get(nameOf(type))
  const view = useMemo(() => customView(type, definition), [type, definition])
  const path = customPath(type)
  const at = addressFor(type.namespaced, address)
  return (
    <KindPage<AnyObject>
      view={view} path={path} address={address} title={type.kind}
      detail={(o) => {
        const state = customState(o)
        return <KindDetail key={o.metadata.uid} view={state ? { ...view, state: () => state } : view} path={path} object={o} tab={at.tab} />
      }}
    />
  )
}

export default function CustomPage({ group, resource, ...address }: Address & { group: string; resource: string }) {
  const { t } = useTranslation()
  const all = useValue(served)
  const fault = useValue(discoveryFault)
  const type = all?.types.get(nameOf({ group, resource }))
  if (type) return <Known key={nameOf(type)} type={type} address={address} />
  if (fault !== '') return <ErrorState error={new Error(fault)} />
  return all ? <Empty title={t('common.gone')}>{t('extensions.notServed', { name: nameOf({ group, resource }) })}</Empty> : <Rows />
}
