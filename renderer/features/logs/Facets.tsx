/** What there is to choose from: each click writes into the query, and what the query says is seen here. */
import ChevronIcon from '@mui/icons-material/ChevronRight'
import Box from '@mui/material/Box'
import Checkbox from '@mui/material/Checkbox'
import InputBase from '@mui/material/InputBase'
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Namespaces, Pods } from '../../../shared/api/resources.ts'
import type { LogAst } from '../../../shared/logs/ast.ts'
import { LOG_LEVELS, type LogStream, type LogValueCounts } from '../../../shared/logs/types.ts'
import { useConnection, useResource, useServices, useValue } from '../../cache/hooks.ts'
import type { Key } from '../../i18n/i18n.ts'
import { remembered } from '../../lib/prefs.ts'
import { formatBytes } from '../../lib/format.ts'
import { useSettled } from '../../lib/settled.ts'
import { chosen, leastLevel, toggled, withLevel, withValues } from './edit.ts'
import { useKnown } from './useKnown.ts'

const MOST = 200
const KINDS: readonly { readonly id: string; readonly streams: readonly LogStream[]; readonly label: Key }[] = [
  { id: 'containers', streams: ['stdout', 'stderr'], label: 'logs.kind.containers' },
  { id: 'components', streams: ['component'], label: 'logs.kind.components' },
  { id: 'events', streams: ['event'], label: 'logs.kind.events' },
  { id: 'audit', streams: ['audit'], label: 'logs.kind.audit' },
]
const folded = remembered<readonly string[]>('log.folded', ['container', 'node'], (x): x is string[] => Array.isArray(x) && x.every((s) => typeof s === 'string'))

interface Props {
  query: string
  ast: LogAst | undefined
  onQuery: (query: string) => void
  /** Values are asked for again when it changes. */
  tick: number
  /** How many lines of the query have each value; undefined: not counted. */
  counts?: LogValueCounts | undefined
}

function Group({ id, label, children, count }: { id: string; label: string; children: ReactNode; count?: number }) {
  const shut = useValue(folded)
  const open = !shut.includes(id)
  return (
    <Box sx={{ mb: 2 }}>
      <Box component="button" type="button" aria-expanded={open} onClick={() => folded.set(open ? [...shut, id] : shut.filter((x) => x !== id))} sx={{ display: 'flex', alignItems: 'center', width: '100%', border: 0, background: 'none', font: 'inherit', fontSize: 12, fontWeight: 600, color: 'text.secondary', px: 2, height: 26, cursor: 'pointer', textAlign: 'left' }}>
        <ChevronIcon aria-hidden sx={{ fontSize: 16, mr: 0.5, transform: open ? 'rotate(90deg)' : 'none' }} />{label}
        {count !== undefined && count > 0 && <Box component="span" sx={{ ml: 1.5, px: 1.5, borderRadius: '8px', fontSize: 11, lineHeight: '16px', color: 'primary.contrastText', backgroundColor: 'primary.main' }}>{count}</Box>}
      </Box>
      {open && <Box role="group" aria-label={label}>{children}</Box>}
    </Box>
  )
}
const row = { display: 'flex', alignItems: 'center', minHeight: 24, pl: 2, pr: 3, cursor: 'pointer', borderRadius: '4px', '&:hover': { backgroundColor: 'hover' } } as const

function Choice({ checked, onChange, label, note, count }: { checked: boolean; onChange: () => void; label: string; note?: string | undefined; count?: number | undefined }) {
  const { t, i18n } = useTranslation()
  const lines = count === undefined ? undefined : t('logs.countLines', { count, number: new Intl.NumberFormat(i18n.language).format(count) })
  return (
    <Box component="label" sx={row}>
      <Checkbox size="small" checked={checked} onChange={onChange} slotProps={{ input: { 'aria-description': lines } }} sx={{ p: 0.5, mr: 1, '& svg': { fontSize: 16 } }} />
      <Box component="span" title={label} sx={{ flex: 1, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{label}</Box>
      {note !== undefined && <Box component="span" sx={{ color: 'text.secondary', fontSize: 12, pl: 1 }}>{note}</Box>}
      {count !== undefined && <Box component="span" aria-hidden title={lines} sx={{ color: 'text.secondary', fontSize: 12, pl: 1, fontVariantNumeric: 'tabular-nums' }}>{new Intl.NumberFormat(i18n.language, { notation: 'compact' }).format(count)}</Box>}
    </Box>
  )
}

function Values({ id, label, values, query, ast, onQuery, notes, counts, onToggle }: Omit<Props, 'tick'> & { id: string; label: string; values: readonly string[]; notes?: ReadonlyMap<string, string>; onToggle?: (value: string) => void }) {
  const { t } = useTranslation()
  const now = ast ? chosen(ast, id) : []
  // What is chosen stays to be seen, whatever is found.
  const all = [...new Set([...now, ...values])]
  if (all.length === 0) return null
  return (
    <Group id={id} label={label} count={now.length}>
      {all.slice(0, MOST).map((v) => <Choice key={v} label={v} note={notes?.get(v)} count={counts?.[id]?.[v]} checked={now.includes(v)} onChange={() => (onToggle && !now.includes(v) ? onToggle(v) : onQuery(toggled(query, id, v)))} />)}
      {all.length > MOST && <Box sx={{ px: 3, color: 'text.secondary', fontSize: 12 }}>{t('common.shown', { shown: MOST, total: all.length })}</Box>}
    </Group>
  )
}

/** How much is kept, as it was when the page was opened. */
function Stored() {
  const { t } = useTranslation()
  const { transport } = useServices()
  const { epoch, state } = useConnection()
  const [stored, setStored] = useState<{ bytes: number; limitBytes: number }>()
  useEffect(() => {
    if (state !== 'open') return undefined
    const stop = new AbortController()
    // A note at the foot: without an answer it is not there, and the lines say why.
    transport.call('logs.stored', {}, stop.signal).then(setStored, () => undefined)
    return () => stop.abort()
  }, [transport, epoch, state])
  return stored ? <Box sx={{ px: 3, pt: 1, color: 'text.secondary', fontSize: 12 }}>{t('logs.stored', { used: formatBytes(stored.bytes), limit: formatBytes(stored.limitBytes) })}</Box> : null
}

export function Facets({ query, ast, onQuery, tick, counts }: Props) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const text = useSettled(typed.trim().toLowerCase(), 150)
  const shut = useValue(folded)
  const streams = ast ? chosen(ast, 'stream') : []
  const spaces = ast ? chosen(ast, 'namespace') : []
  const containers = streams.length === 0 || KINDS[0]?.streams.some((s) => streams.includes(s)) === true
  const components = streams.length === 0 || streams.includes('component')
  const namespaces = useResource(Namespaces).items
  const pods = useResource(Pods)
  const active = (id: string): boolean => !shut.includes(id)
  const has = (v: string): boolean => v.toLowerCase().includes(text)
  const knownPods = useKnown('pod', text, active('pod'), tick)
  const knownSpaces = useKnown('namespace', text, active('namespace'), tick)
  const workloads = useKnown('workload', text, active('workload'), tick)
  const knownContainers = useKnown('container', text, active('container'), tick)
  const nodes = useKnown('node', text, active('node'), tick)
  const parts = useKnown('component', text, active('component'), tick)

  const live = pods.items.filter((p) => spaces.length === 0 || spaces.includes(p.metadata.namespace ?? ''))
  const liveNames = [...new Set(live.map((p) => p.metadata.name))].filter(has).sort()
  // Logs outlive their pods, so what is gone can still be read.
  const there = new Set(pods.items.map((p) => p.metadata.name))
  const gone = knownPods.filter((p) => !there.has(p))
  const notes = new Map<string, string>([...gone.map((p): [string, string] => [p, t('logs.gonePod')]), ...(spaces.length === 1 ? [] : live.map((p): [string, string] => [p.metadata.name, p.metadata.namespace ?? '']))])
  const common = { query, ast, onQuery, counts }
  const ofStreams = (streamsOf: readonly LogStream[]): number | undefined => { const n = streamsOf.reduce((sum, s) => sum + (counts?.['stream']?.[s] ?? 0), 0); return n > 0 ? n : undefined }
  const kind = (k: (typeof KINDS)[number]): void => {
    const on = k.streams.some((s) => streams.includes(s))
    onQuery(withValues(query, 'stream', on ? streams.filter((s) => !(k.streams as readonly string[]).includes(s)) : [...streams, ...k.streams]))
  }
  const least = ast ? leastLevel(ast) : ''
  /** A name that several namespaces have is not enough to say which pod. */
  const choosePod = (name: string): void => {
    const of = [...new Set(pods.items.filter((p) => p.metadata.name === name).map((p) => p.metadata.namespace ?? ''))]
    onQuery(toggled(spaces.length === 0 && of.length === 1 ? withValues(query, 'namespace', of) : query, 'pod', name))
  }
  return (
    <Box component="aside" aria-label={t('logs.sources')} sx={{ width: 224, flex: 'none', borderRight: '1px solid', borderColor: 'divider', overflow: 'auto', py: 2, fontSize: 13 }}>
      <Box sx={{ px: 3, pb: 2 }}>
        <InputBase fullWidth value={typed} placeholder={t('logs.findSource')} onChange={(e) => setTyped(e.target.value)} inputProps={{ 'aria-label': t('logs.findSource'), spellCheck: false }} sx={{ px: 2, height: 28, border: '1px solid', borderColor: 'divider', borderRadius: '6px', fontSize: 13, '&.Mui-focused': { borderColor: 'primary.main' } }} />
      </Box>
      <Group id="kind" label={t('logs.kind')}>{KINDS.map((k) => <Choice key={k.id} label={t(k.label)} count={ofStreams(k.streams)} checked={k.streams.some((s) => streams.includes(s))} onChange={() => kind(k)} />)}</Group>
      <Group id="level" label={t('logs.level')} count={least ? 1 : 0}>
        <Box role="radiogroup" aria-label={t('logs.level')} sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, px: 3, py: 1 }}>
          {LOG_LEVELS.filter((l) => l !== 'trace').map((l) => (
            <Box component="button" type="button" role="radio" aria-checked={l === least} key={l} onClick={() => onQuery(withLevel(query, l))} sx={{ font: 'inherit', fontSize: 12, px: 2, height: 22, borderRadius: '11px', border: '1px solid', borderColor: l === least ? 'primary.main' : 'divider', color: l === least ? 'primary.main' : 'text.primary', fontWeight: l === least ? 600 : 400, background: 'none', cursor: 'pointer', '&:hover': { backgroundColor: 'hover' } }}>{l === '' ? t('logs.anyLevel') : `≥ ${l}`}</Box>
          ))}
        </Box>
      </Group>
      {containers && <Values {...common} id="namespace" label={t('logs.namespace')} values={[...new Set([...namespaces.map((n) => n.metadata.name).filter(has).sort(), ...knownSpaces])]} />}
      {containers && <Values {...common} id="workload" label={t('logs.workload')} values={workloads.filter((w) => !w.startsWith('Pod/'))} />}
      {containers && <Values {...common} id="pod" label={t('logs.pods')} values={[...liveNames, ...gone]} notes={notes} onToggle={choosePod} />}
      {components && <Values {...common} id="component" label={t('logs.components')} values={parts} />}
      {containers && <Values {...common} id="container" label={t('logs.container')} values={knownContainers} />}
      {containers && <Values {...common} id="node" label={t('logs.node')} values={nodes} />}
      <Stored />
    </Box>
  )
}
