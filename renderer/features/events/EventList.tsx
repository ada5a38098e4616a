/** The events about some objects, newest first. */
import Box from '@mui/material/Box'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeObject } from '../../../shared/api/meta.ts'
import { Events } from '../../../shared/api/resources.ts'
import type { Event } from '../../../shared/api/types.ts'
import { useResource } from '../../cache/hooks.ts'
import { Age } from '../../lib/clock.tsx'
import { Said } from '../../ui/Said.tsx'
import { StatusWord } from '../../ui/status.tsx'
import { ErrorState, Rows } from '../../ui/states.tsx'
import { aggregated, isAbout, lastSeen } from './model.ts'

const MOST = 100
export function EventLines({ events, about = false }: { events: readonly Event[]; about?: boolean }) {
  return (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 2 }}>
      {aggregated(events).slice(0, MOST).map(({ event: e, count }) => (
        <Box component="li" key={e.metadata.uid ?? e.metadata.name} sx={{ display: 'grid', gridTemplateColumns: '1fr auto', columnGap: 3 }}>
          <Box sx={{ minWidth: 0, display: 'flex', gap: 2, alignItems: 'center' }}>
            <StatusWord level={e.type === 'Warning' ? 'warning' : 'ok'}>{e.reason}</StatusWord>
            {about && <Box component="span" sx={{ color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{e.involvedObject.kind} {e.involvedObject.name}</Box>}
          </Box>
          <Box sx={{ color: 'text.secondary', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>{count > 1 ? `×${count} · ` : ''}<Age time={lastSeen(e)} /></Box>
          <Box sx={{ gridColumn: '1 / -1', pl: 5, color: 'text.secondary', overflowWrap: 'anywhere' }}><Said text={e.message ?? ''} /></Box>
        </Box>
      ))}
    </Box>
  )
}

export function EventList({ objects }: { objects: readonly KubeObject[] }) {
  const { t } = useTranslation()
  const { items, state, error, retry } = useResource(Events)
  const about = useMemo(() => {
    const byName = new Map(objects.map((o) => [`${o.kind}/${o.metadata.name}`, o]))
    return items.filter((e) => {
      const object = byName.get(`${e.involvedObject.kind ?? ''}/${e.involvedObject.name ?? ''}`)
      return object !== undefined && isAbout(e, object)
    })
  }, [items, objects])
  if (state === 'loading') return <Rows count={3} />
  if (state === 'error' && error) return <ErrorState error={error} retry={retry} />
  return <Box sx={{ px: 4, py: 3 }}>{about.length === 0 ? <Box sx={{ color: 'text.secondary' }}>{t('events.none')}</Box> : <EventLines events={about} about={objects.length > 1} />}</Box>
}
