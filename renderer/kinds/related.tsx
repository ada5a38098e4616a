/** Lists of other objects on a detail. */
import Box from '@mui/material/Box'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeObject } from '../../shared/api/meta.ts'
import { useResource } from '../cache/hooks.ts'
import { Age } from '../lib/clock.tsx'
import { Go, Section } from '../ui/parts.tsx'
import { Rows } from '../ui/states.tsx'
import { addressIn } from './catalog.ts'
import { pathOfType } from './links.tsx'
import { StateWord } from './state.tsx'
import type { Related } from './view.ts'

const MOST = 100
export function RelatedList<T extends KubeObject>({ related, object }: { related: Related<T>; object: T }) {
  const { t } = useTranslation()
  const { type, pick, note, state } = related as unknown as Related<T, KubeObject>
  const namespace = type.namespaced ? object.metadata.namespace : undefined
  const resource = useResource(type, { namespace })
  const items = useMemo(() => pick(resource.items, object), [pick, resource.items, object])
  const path = pathOfType(type)
  return (
    <Section title={`${t(related.title)} · ${items.length}`}>
      {resource.state === 'loading' && <Rows count={2} />}
      {resource.state !== 'loading' && items.length === 0 && <Box sx={{ color: 'text.secondary' }}>{t('common.none')}</Box>}
      {items.slice(0, MOST).map((o) => (
        <Box key={o.metadata.uid} sx={{ display: 'grid', gridTemplateColumns: `minmax(0, 2fr) ${state ? 'minmax(0, 1fr) ' : ''}${note ? 'minmax(0, 1.4fr) ' : ''}56px`, gap: 3, py: 1, fontVariantNumeric: 'tabular-nums', '& > *': { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } }}>
          <Go to={addressIn(path, o.metadata)}>{o.metadata.name}</Go>
          {state && <StateWord state={state(o)} />}
          {note && <Box sx={{ color: 'text.secondary' }}>{note(o)}</Box>}
          <Box sx={{ textAlign: 'right', color: 'text.secondary' }}><Age time={o.metadata.creationTimestamp} /></Box>
        </Box>
      ))}
      {items.length > MOST && <Box sx={{ color: 'text.secondary' }}>{t('common.shown', { shown: MOST, total: items.length })}</Box>}
    </Section>
  )
}
