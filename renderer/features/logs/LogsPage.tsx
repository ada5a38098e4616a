/** Any number of pods and control-plane components, merged in time order. */
import Box from '@mui/material/Box'
import Checkbox from '@mui/material/Checkbox'
import InputBase from '@mui/material/InputBase'
import Typography from '@mui/material/Typography'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Pods } from '../../../shared/api/resources.ts'
import { toStatusError } from '../../../shared/errors.ts'
import type { Calls, LogQuery } from '../../../shared/ipc.ts'
import { useConnection, useResource, useServices, useValue } from '../../cache/hooks.ts'
import { formatBytes } from '../../lib/format.ts'
import { chosenNamespace } from '../../lib/prefs.ts'
import { Empty } from '../../ui/states.tsx'
import LogView from './LogView.tsx'
import { asked } from './address.ts'

type Sources = Calls['logs.sources']['response']
const MOST = 300

/** One choosable line; its key is what a LogQuery's `pods` wants. */
interface Source {
  key: string
  label: string
  note: string
}

function SourceList({ title, sources, chosen, toggle, total }: { title: string; sources: Source[]; chosen: ReadonlySet<string>; toggle: (key: string) => void; total: number }) {
  const { t } = useTranslation()
  if (total === 0) return null
  return (
    <Box role="group" aria-label={title} sx={{ mb: 3 }}>
      <Typography variant="h3" component="h2" color="textSecondary" sx={{ px: 3, py: 1 }}>{title}</Typography>
      {sources.map((s) => (
        <Box component="label" key={s.key} sx={{ display: 'flex', alignItems: 'center', height: 28, px: 1.5, cursor: 'pointer', '&:hover': { backgroundColor: 'hover' } }}>
          <Checkbox size="small" checked={chosen.has(s.key)} onChange={() => toggle(s.key)} sx={{ p: 1, '& svg': { fontSize: 16 } }} />
          <Box component="span" title={s.key} sx={{ flex: 1, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{s.label}</Box>
          <Box component="span" sx={{ color: 'text.secondary', fontSize: 12, pl: 1, pr: 2 }}>{s.note}</Box>
        </Box>
      ))}
      {total > sources.length && <Box sx={{ px: 3, color: 'text.secondary', fontSize: 12 }}>{t('common.shown', { shown: sources.length, total })}</Box>}
    </Box>
  )
}

export default function LogsPage({ selection }: { selection?: string | undefined }) {
  const { t } = useTranslation()
  const { transport } = useServices()
  const { epoch, state } = useConnection()
  const namespace = useValue(chosenNamespace)
  const pods = useResource(Pods, { namespace })
  const [known, setKnown] = useState<Sources>()
  const [error, setError] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(asked(selection)))
  const [all, setAll] = useState(selection === undefined)
  const [text, setText] = useState('')
  useEffect(() => {
    if (state !== 'open') return
    const stop = new AbortController()
    transport.call('logs.sources', {}, stop.signal).then((s) => { setKnown(s); setError('') }, (e: unknown) => { if (!stop.signal.aborted) setError(toStatusError(e).message) })
    return () => stop.abort()
  }, [transport, epoch, state])

  const podSources = useMemo<Source[]>(() => {
    const note = (ns: string): string => (namespace === '' ? ns : '')
    const live = pods.items.map((p) => ({ key: `${p.metadata.namespace ?? ''}/${p.metadata.name}`, label: p.metadata.name, note: note(p.metadata.namespace ?? '') }))
    const there = new Set(live.map((s) => s.key))
    // Logs outlive their pods, so what is gone can still be read.
    const gone = (known?.pods ?? []).filter((p) => (namespace === '' || p.namespace === namespace) && !there.has(`${p.namespace}/${p.pod}`)).map((p) => ({ key: `${p.namespace}/${p.pod}`, label: p.pod, note: t('logs.gonePod') }))
    return [...live.sort((a, b) => (a.key < b.key ? -1 : 1)), ...gone]
  }, [pods.items, known, namespace, t])
  const components = useMemo<Source[]>(() => (known?.components ?? []).map((c) => ({ key: `/${c}`, label: c, note: '' })), [known])
  const has = (s: Source): boolean => s.key.toLowerCase().includes(text.trim().toLowerCase())
  const shownPods = podSources.filter(has)

  const query = useMemo<LogQuery | undefined>(() => {
    const picked = [...chosen].sort()
    // "All pods" of every namespace would otherwise take the control plane's own lines with it.
    if (all && picked.length === 0) return namespace === '' ? { namespaces: known?.namespaces.filter((n) => n !== '') ?? [] } : { namespaces: [namespace] }
    if (all) return { pods: [...new Set([...podSources.map((s) => s.key), ...picked])].sort() }
    return picked.length === 0 ? undefined : { pods: picked }
  }, [all, chosen, namespace, podSources, known])
  const toggle = (key: string): void => {
    setChosen((s) => new Set(s.has(key) ? [...s].filter((k) => k !== key) : [...s, key]))
    if (!key.startsWith('/')) setAll(false)
  }
  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column' }}>
      <Box sx={{ px: 4, height: 48, flex: 'none', display: 'flex', alignItems: 'center', gap: 3, borderBottom: '1px solid', borderColor: 'divider' }}>
        <Typography variant="h1">{t('logs.title')}</Typography>
        {known && <Typography color="textSecondary" sx={{ fontSize: 12 }}>{t('logs.stored', { used: formatBytes(known.bytes), limit: formatBytes(known.limitBytes) })}</Typography>}
        {error !== '' && <Typography role="alert" color="error" noWrap>{error}</Typography>}
      </Box>
      <Box sx={{ flex: 1, minHeight: 0, display: 'flex' }}>
        <Box component="aside" aria-label={t('logs.sources')} sx={{ width: 260, flex: 'none', borderRight: '1px solid', borderColor: 'divider', overflow: 'auto', py: 2 }}>
          <Box sx={{ px: 3, pb: 2 }}>
            <InputBase fullWidth value={text} placeholder={t('logs.findSource')} onChange={(e) => setText(e.target.value)} inputProps={{ 'aria-label': t('logs.findSource'), 'data-filter': true, spellCheck: false }} sx={{ px: 2, height: 28, border: '1px solid', borderColor: 'divider', borderRadius: '6px', fontSize: 13 }} />
          </Box>
          <Box component="label" sx={{ display: 'flex', alignItems: 'center', height: 28, px: 1.5, mb: 1, cursor: 'pointer', '&:hover': { backgroundColor: 'hover' } }}>
            <Checkbox size="small" checked={all} onChange={() => { setAll(!all); setChosen((s) => new Set([...s].filter((k) => k.startsWith('/')))) }} sx={{ p: 1, '& svg': { fontSize: 16 } }} />
            {t('logs.allPods')}
          </Box>
          <SourceList title={t('logs.components')} sources={components.filter(has)} chosen={chosen} toggle={toggle} total={components.filter(has).length} />
          <SourceList title={t('logs.pods')} sources={shownPods.slice(0, MOST)} chosen={chosen} toggle={toggle} total={shownPods.length} />
        </Box>
        <Box sx={{ flex: 1, minWidth: 0 }}>{query ? <LogView query={query} /> : <Empty title={t('logs.pick')}>{t('logs.nothingChosen')}</Empty>}</Box>
      </Box>
    </Box>
  )
}
