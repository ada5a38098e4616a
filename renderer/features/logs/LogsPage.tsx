/** Everything that was ever said in the cluster: one query, its lines over time, and the lines themselves; two of them side by side. */
import ChartIcon from '@mui/icons-material/BarChart'
import CloseIcon from '@mui/icons-material/Close'
import CompareIcon from '@mui/icons-material/VerticalSplitOutlined'
import FilterIcon from '@mui/icons-material/FilterList'
import StarIcon from '@mui/icons-material/StarBorder'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import Typography from '@mui/material/Typography'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useValue } from '../../cache/hooks.ts'
import { part, Wait } from '../../lib/part.ts'
import { chosenNamespace } from '../../lib/prefs.ts'
import { StaleNote } from '../../ui/states.tsx'
import { logsAddress, parseAddress } from './address.ts'
import { check, localTime, spanOf, withSpan, withValues } from './edit.ts'
import { Facets } from './Facets.tsx'
import type { FeedState } from './feed.ts'
import { Pane } from './Pane.tsx'
import { QueryField } from './QueryField.tsx'
import { RangeMenu } from './RangeMenu.tsx'
import { useHistogram } from './useHistogram.ts'
import { facetsOpen, histogramOpen } from './view-prefs.ts'
import type { ViewerCommand } from './viewer-keys.ts'

const Histogram = part(() => import('./Histogram.tsx'))
const SavedQueries = part(() => import('./SavedQueries.tsx'))
const SURROUNDINGS_MS = 1_000
/** In a narrower window two streams leave no room for their sources. */
const WIDE = 1280

/** What is shown to who did not say: what containers write, of the namespace that is looked at. */
const usual = (namespace: string): string => withValues(withValues('', 'namespace', namespace === '' ? [] : [namespace]), 'stream', ['stdout', 'stderr'])

export default function LogsPage({ parts }: { parts: string }) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const namespace = useValue(chosenNamespace)
  const address = parseAddress(parts) ?? { query: usual(namespace) }
  const { line, beside } = address
  const queries = beside === undefined ? [address.query] : [address.query, beside]
  const [focused, setFocused] = useState(0)
  const active = Math.min(focused, queries.length - 1)
  const query = queries[active] as string
  const showFacets = useValue(facetsOpen)
  const showHistogram = useValue(histogramOpen)
  const [saving, setSaving] = useState(false)
  const [arrived, setArrived] = useState<readonly number[]>([0, 0])

  const go = (next: readonly string[]): void => navigate(logsAddress({ query: next[0] ?? '', beside: next[1] }), { replace: true })
  const write = (pane: number) => (text: string): void => go(queries.map((q, i) => (i === pane ? text : q)))
  const setQuery = write(active)

  // The namespace that is chosen above the page is chosen here too.
  const before = useRef(namespace)
  useEffect(() => {
    if (before.current === namespace) return
    before.current = namespace
    if (parseAddress(parts)) setQuery(withValues(query, 'namespace', namespace === '' ? [] : [namespace]))
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only the choice is followed
  }, [namespace])

  const { ast } = check(query)
  const counted = useHistogram(query, arrived[active] ?? 0, (showHistogram || showFacets) && ast !== undefined)
  // Lines come twenty times a second; what stands around them is drawn anew now and then.
  const coming = useRef<{ counts: number[]; timer?: ReturnType<typeof setTimeout> | undefined }>({ counts: [0, 0] })
  useEffect(() => () => clearTimeout(coming.current.timer), [])
  const told = useCallback((pane: number, state: FeedState): void => {
    const now = coming.current
    if (now.counts[pane] === state.arrived) return
    now.counts[pane] = state.arrived
    now.timer ??= setTimeout(() => {
      now.timer = undefined
      setArrived([...now.counts])
    }, SURROUNDINGS_MS)
  }, [])
  const [first, second] = [useCallback((s: FeedState) => told(0, s), [told]), useCallback((s: FeedState) => told(1, s), [told])]
  const pin = (): void => {
    setFocused(1)
    // Two streams need the room; the button beside the title brings the sources back.
    if (queries.length === 1 && window.innerWidth < WIDE) facetsOpen.set(false)
    go(queries.length > 1 ? [queries[0] as string] : [query, query])
  }
  const command = (c: ViewerCommand): void => {
    if (c === 'pin') pin()
    if (c === 'save') setSaving(true)
  }
  const field = (pane: number) => <QueryField query={queries[pane] as string} onQuery={write(pane)} label={t(pane === 0 ? 'logs.query' : 'logs.querySecond')} placeholder={t('logs.queryHint')} main={pane === active} onLeave={() => document.querySelector<HTMLElement>(`[data-pane="${pane}"] [role=log]`)?.focus()} />
  const icon = { fontSize: 18 } as const
  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column' }}>
      <Box sx={{ px: 4, minHeight: 48, flex: 'none', display: 'flex', alignItems: 'center', gap: 2, borderBottom: '1px solid', borderColor: 'divider', py: 1 }}>
        <Typography variant="h1" sx={{ mr: 1 }}>{t('logs.title')}</Typography>
        <IconButton aria-label={t('logs.facets')} aria-pressed={showFacets} title={t('logs.facets')} onClick={() => facetsOpen.set(!showFacets)} color={showFacets ? 'primary' : 'default'}><FilterIcon sx={icon} /></IconButton>
        {queries.length === 1 ? field(0) : <Box sx={{ flex: 1 }} />}
        <RangeMenu query={query} span={ast ? spanOf(ast) : {}} onQuery={setQuery} />
        <IconButton aria-label={t('logs.histogramToggle')} aria-pressed={showHistogram} title={t('logs.histogramToggle')} onClick={() => histogramOpen.set(!showHistogram)} color={showHistogram ? 'primary' : 'default'}><ChartIcon sx={icon} /></IconButton>
        <Button onClick={() => setSaving(true)} startIcon={<StarIcon />} color="inherit" sx={{ flex: 'none', '& .MuiButton-startIcon': { mr: 1 } }}>{t('logs.saved')}</Button>
        <Button onClick={pin} startIcon={<CompareIcon />} color="inherit" aria-pressed={queries.length > 1} sx={{ flex: 'none', '& .MuiButton-startIcon': { mr: 1 } }}>{t('logs.compare')}</Button>
      </Box>
      <Box sx={{ flex: 1, minHeight: 0, display: 'flex' }}>
        {showFacets && <Facets query={query} ast={ast} onQuery={setQuery} tick={Math.min(1, arrived[active] ?? 0)} counts={counted.histogram?.values} />}
        <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
          {showHistogram && (
            <>
              <StaleNote error={counted.error} retry={counted.retry} />
              <Wait value={<Box sx={{ height: 109, borderBottom: '1px solid', borderColor: 'divider' }} />}>
                <Histogram histogram={counted.histogram} onRange={(from, to) => setQuery(withSpan(query, { since: localTime(from), until: localTime(to) }))} />
              </Wait>
            </>
          )}
          <Box sx={{ flex: 1, minHeight: 0, display: 'grid', gridTemplateColumns: `repeat(${queries.length}, minmax(0, 1fr))` }}>
            {queries.map((q, i) => (
              // oxlint-disable-next-line react/no-array-index-key -- a place, not a thing
              <Box key={i} data-pane={i} onFocus={() => setFocused(i)} onPointerDown={() => setFocused(i)} sx={{ minHeight: 0, minWidth: 0, display: 'flex', flexDirection: 'column', borderLeft: i > 0 ? '1px solid' : 0, borderColor: 'divider' }}>
                {queries.length > 1 && (
                  <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, px: 2, py: 1, borderBottom: '2px solid', borderColor: i === active ? 'primary.main' : 'divider' }}>
                    {field(i)}
                    <IconButton aria-label={t('logs.closePane')} onClick={() => { setFocused(0); go(queries.filter((_, k) => k !== i)) }}><CloseIcon sx={{ fontSize: 16 }} /></IconButton>
                  </Box>
                )}
                <Box sx={{ flex: 1, minHeight: 0 }}>
                  <Pane query={q} label={t(i === 0 ? 'logs.lines' : 'logs.linesSecond')} line={i === 0 ? line : undefined} onQuery={write(i)} everywhere={i === active} onCommand={command} onState={i === 0 ? first : second}>
                    {i === 0 && line !== undefined && <Button onClick={() => history.back()} sx={{ flex: 'none' }}>{t('logs.back')}</Button>}
                  </Pane>
                </Box>
              </Box>
            ))}
          </Box>
        </Box>
      </Box>
      {saving && <SavedQueries query={query} onQuery={setQuery} onClose={() => setSaving(false)} />}
    </Box>
  )
}
