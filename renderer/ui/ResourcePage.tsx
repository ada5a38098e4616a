/** A page that is a list with its detail beside it: title with live count, filter, chips, one primary action, table. */
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import InputBase from '@mui/material/InputBase'
import Typography from '@mui/material/Typography'
import { useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { KubeObject } from '../../shared/api/meta.ts'
import type { ResourceType } from '../../shared/api/resources.ts'
import { useConnection, useResource, useValue } from '../cache/hooks.ts'
import { keyOf } from '../cache/store.ts'
import { part, Wait } from '../lib/part.ts'
import { chosenNamespace, detailExpanded } from '../lib/prefs.ts'
import { DataTable } from './DataTable.tsx'
import type { Column } from './DataTable.tsx'
import { refocus } from './focus.ts'
import type { Sort } from './order.ts'
import { Split } from './Split.tsx'
import { dimmed, Empty, ErrorState, Rows, StaleNote } from './states.tsx'

const HistoryTab = part(() => import('../kinds/history/HistoryTab.tsx'))

export interface FilterChip<T> {
  id: string
  label: string
  matches: (row: T) => boolean
}
interface Props<T extends KubeObject> {
  type: ResourceType<T>
  title: string
  /** `/pods` */
  path: string
  columns: readonly Column<T>[]
  sort?: Sort
  chips?: FilterChip<T>[]
  /** The only primary action of the page. */
  action?: ReactNode
  empty: ReactNode
  emptyAction?: ReactNode
  /** `name` and `namespace` of the detail to show, from the address. */
  chosen?: { namespace?: string | undefined; name: string } | undefined
  detail?: (object: T) => ReactNode
  /** What may be seen of an object unasked. */
  redact?: ((object: T) => KubeObject) | undefined
  /** Rows besides the objects there are: what is only planned. The same array as long as nothing changes. */
  planned?: readonly T[]
}

const version = (o: KubeObject): string => o.metadata.resourceVersion ?? ''
/** Made within the last two seconds; timestamps have whole ones. */
const isNew = (o: KubeObject): boolean => Date.now() - Date.parse(o.metadata.creationTimestamp ?? '') < 2000
const isLeaving = (o: KubeObject): boolean => o.metadata.deletionTimestamp !== undefined
/** By name, or by `key=value` of a label. */
export const matchesText = (o: KubeObject, text: string): boolean =>
  text === '' || o.metadata.name.includes(text) || Object.entries(o.metadata.labels ?? {}).some(([k, v]) => `${k}=${v}`.includes(text))

export function ResourcePage<T extends KubeObject>(props: Props<T>) {
  const { type, title, path, columns, chips = [], chosen, detail, planned } = props
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const namespace = useValue(chosenNamespace)
  const resource = useResource(type, { namespace: type.namespaced ? namespace : '' })
  const lost = useConnection().state === 'lost'
  const expanded = useValue(detailExpanded)
  const [text, setText] = useState('')
  const [chip, setChip] = useState<string>()
  const matches = chips.find((c) => c.id === chip)?.matches
  const needle = text.trim().toLowerCase()
  const all = useMemo(() => (planned?.length ? [...resource.items, ...planned] : resource.items), [resource.items, planned])
  const rows = useMemo(() => (needle === '' && !matches ? all : all.filter((o) => matchesText(o, needle) && (!matches || matches(o)))), [all, needle, matches])
  const shownColumns = useMemo(() => columns.filter((c) => c.id !== 'namespace' || namespace === ''), [columns, namespace])

  const addressOf = (o: T): string => `${path}/${o.metadata.namespace ? `${encodeURIComponent(o.metadata.namespace)}/` : ''}${encodeURIComponent(o.metadata.name)}`
  const object = chosen && (resource.get(chosen.name, chosen.namespace) ?? planned?.find((o) => o.metadata.name === chosen.name && (o.metadata.namespace ?? '') === (chosen.namespace ?? '')))
  const [past, setPast] = useState<string>()
  const address = `${chosen?.namespace ?? ''}/${chosen?.name ?? ''}`
  const gone = chosen && past === address ? (
    <Wait value={<Rows count={6} />}><HistoryTab subject={{ type, namespace: chosen.namespace, name: chosen.name }} object={undefined} redact={props.redact as never} /></Wait>
  ) : (
    <Empty title={t('common.gone')} action={<><Button variant="outlined" onClick={() => setPast(address)}>{t('history.look')}</Button> <Button variant="outlined" onClick={() => navigate(path)}>{t('action.close')}</Button></>}>{t('common.goneBody', { kind: type.kind, name: chosen?.name ?? '' })}</Empty>
  )
  const fault = resource.state === 'error' && resource.error ? <ErrorState error={resource.error} retry={resource.retry} /> : undefined
  // Nothing is known of an object whose list cannot be had: the fault is said once, in the list's place or the detail's.
  const missing = resource.state === 'loading' ? <Rows count={6} /> : fault ? (expanded ? fault : undefined) : gone
  const side = !chosen || !detail ? undefined : object ? detail(object) : missing

  const filtering = needle !== '' || chip !== undefined
  const loading = resource.state === 'loading'
  const list = loading ? <Rows /> : fault ?? (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column' }}>
      <StaleNote error={resource.error} retry={resource.retry} />
      {/* A lost connection greys the whole page. */}
      <Box data-stale={resource.state === 'stale' || undefined} sx={{ flex: 1, minHeight: 0, ...dimmed(resource.state === 'stale' && !lost) }}>
        <DataTable<T>
          label={title} rows={rows} columns={shownColumns} keyOf={keyOf} versionOf={version} isNew={isNew} leaving={isLeaving} sort={props.sort ?? { column: 'name', descending: false }}
          selected={object ? keyOf(object) : undefined}
          {...(detail ? {
            onSelect: (o: T) => navigate(addressOf(o)),
            onOpen: (o: T) => { navigate(addressOf(o)); detailExpanded.set(true) },
          } : {})}
          empty={filtering ? <Empty>{t('common.noMatch')}</Empty> : <Empty action={props.emptyAction}>{props.empty}</Empty>}
        />
      </Box>
    </Box>
  )
  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column', minHeight: 0 }}>
      <Box sx={{ px: 4, height: 48, flex: 'none', display: 'flex', alignItems: 'center', gap: 3, borderBottom: '1px solid', borderColor: 'divider' }}>
        <Typography variant="h1" noWrap>{title}</Typography>
        <Box component="span" data-testid="count" sx={{ color: 'text.secondary', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>
          {loading || fault ? '' : filtering ? t('common.shown', { shown: rows.length, total: all.length }) : all.length}
        </Box>
        <InputBase
          value={text} onChange={(e) => setText(e.target.value)} placeholder={t('common.filterHint')} onKeyDown={(e) => e.key === 'Escape' && (setText(''), (e.target as HTMLElement).blur(), refocus())}
          inputProps={{ 'aria-label': t('common.filter'), 'data-filter': true, spellCheck: false }}
          sx={{ ml: 2, px: 2, height: 28, width: 220, minWidth: 100, border: '1px solid', borderColor: 'divider', borderRadius: '6px', fontSize: 13, '&.Mui-focused': { borderColor: 'primary.main' } }}
        />
        <Box sx={{ flex: 1, minWidth: 0, overflow: 'hidden', display: 'flex', gap: 1.5 }}>
          {chips.map((c) => <Chip key={c.id} label={c.label} clickable aria-pressed={chip === c.id} variant={chip === c.id ? 'filled' : 'outlined'} color={chip === c.id ? 'primary' : 'default'} onClick={() => setChip(chip === c.id ? undefined : c.id)} />)}
        </Box>
        {props.action}
      </Box>
      <Split list={list} detail={side} />
    </Box>
  )
}
