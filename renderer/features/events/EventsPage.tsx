import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Events } from '../../../shared/api/resources.ts'
import type { Event } from '../../../shared/api/types.ts'
import { Age } from '../../lib/clock.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { ResourcePage } from '../../ui/ResourcePage.tsx'
import { Said } from '../../ui/Said.tsx'
import { StatusWord } from '../../ui/status.tsx'
import { countOf, lastSeen } from './model.ts'

export default function EventsPage() {
  const { t } = useTranslation()
  const columns = useMemo<Column<Event>[]>(() => [
    { id: 'last', label: t('events.last'), width: '80px', value: lastSeen, render: (e) => <Age time={lastSeen(e)} /> },
    { id: 'reason', label: t('common.reason'), width: 'minmax(130px, 1fr)', value: (e) => e.reason ?? '', render: (e) => <StatusWord level={e.type === 'Warning' ? 'warning' : 'ok'}>{e.reason}</StatusWord> },
    { id: 'object', label: t('events.object'), width: 'minmax(160px, 1.6fr)', value: (e) => `${e.involvedObject.kind ?? ''}/${e.involvedObject.name ?? ''}` },
    { id: 'message', vital: true, label: t('common.message'), width: 'minmax(220px, 4fr)', value: (e) => e.message ?? '', render: (e) => <Said text={e.message ?? ''} /> },
    { id: 'namespace', label: t('common.namespace'), width: '110px', value: (e) => e.metadata.namespace ?? '' },
    { id: 'count', label: t('events.count'), width: '64px', right: true, value: countOf },
  ], [t])
  return (
    <ResourcePage
      type={Events} title={t('events.title')} path="/events" columns={columns} sort={{ column: 'last', descending: true }} empty={t('events.empty')}
      chips={[{ id: 'warning', label: t('events.warning'), matches: (e) => e.type === 'Warning' }]}
    />
  )
}
