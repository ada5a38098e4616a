/** Merged lines, virtual, following; search with count and jump. */
import DownIcon from '@mui/icons-material/KeyboardArrowDown'
import UpIcon from '@mui/icons-material/KeyboardArrowUp'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import InputBase from '@mui/material/InputBase'
import MenuItem from '@mui/material/MenuItem'
import Select from '@mui/material/Select'
import ToggleButton from '@mui/material/ToggleButton'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { age } from '../../../shared/duration.ts'
import type { LogEntry, LogQuery } from '../../../shared/ipc.ts'
import { useValue } from '../../cache/hooks.ts'
import { absolute } from '../../lib/clock.tsx'
import { remembered } from '../../lib/prefs.ts'
import { Empty, ErrorState, Rows, StaleNote } from '../../ui/states.tsx'
import { colourIndexes, findMatches, lineLevel } from './buffer.ts'
import { logStyle } from './style.ts'
import { useLog } from './useLog.ts'

type Times = 'off' | 'relative' | 'absolute'
const times = remembered<Times>('log.times', 'absolute', (x): x is Times => x === 'off' || x === 'relative' || x === 'absolute')
const wrap = remembered('log.wrap', false, (x): x is boolean => typeof x === 'boolean')
const LINE = 19

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 })
const stamp = (e: LogEntry, how: Times, now: number): string => (how === 'absolute' ? clock.format(e.time) : age(new Date(e.time).toISOString(), now))

function Text({ text, needle }: { text: string; needle: string }) {
  const at = needle === '' ? -1 : text.toLowerCase().indexOf(needle.toLowerCase())
  return at < 0 ? text : <>{text.slice(0, at)}<mark>{text.slice(at, at + needle.length)}</mark>{text.slice(at + needle.length)}</>
}

export default function LogView({ query }: { query: LogQuery }) {
  const { t } = useTranslation()
  const log = useLog(query)
  const { entries } = log
  const how = useValue(times)
  const wrapped = useValue(wrap)
  const [follow, setFollow] = useState(true)
  const [needle, setNeedle] = useState('')
  const [jump, setJump] = useState(-1)
  const seen = useRef(0)
  const scroller = useRef<HTMLDivElement>(null)
  const matches = useMemo(() => findMatches(entries, needle), [entries, needle])
  const colours = useMemo(() => colourIndexes(entries), [entries])
  const several = colours.size > 1 || (query.pods?.length ?? 0) !== 1
  // oxlint-disable-next-line react/incompatible-library -- the virtualizer's functions are called in the render that made them, and never memoized
  const virtual = useVirtualizer({ count: entries.length, getScrollElement: () => scroller.current, estimateSize: () => LINE, overscan: 20, getItemKey: (i) => entries[i]?.sequence ?? i, initialRect: { width: 800, height: 600 } })

  const last = entries.at(-1)?.sequence ?? 0
  const waiting = follow ? 0 : entries.filter((e) => e.sequence > seen.current).length
  useEffect(() => {
    if (!follow || entries.length === 0) return
    seen.current = last
    virtual.scrollToIndex(entries.length - 1, { align: 'end' })
  }, [follow, last, entries.length, virtual])

  const go = (step: number): void => {
    if (matches.length === 0) return
    const next = (jump + step + matches.length) % matches.length
    setFollow(false)
    setJump(next)
    virtual.scrollToIndex(matches[next] ?? 0, { align: 'center' })
  }
  const scrolled = (): void => {
    const el = scroller.current
    if (!el) return
    const atEnd = el.scrollHeight - el.scrollTop - el.clientHeight < LINE * 2
    if (atEnd && !follow && jump < 0) setFollow(true)
  }
  const paused = (): void => {
    if (follow) seen.current = last
    setFollow(false)
  }
  const now = Date.now()
  return (
    <Box sx={{ height: '100%', minHeight: 160, display: 'flex', flexDirection: 'column' }}>
      <Box role="toolbar" aria-label={t('common.logs')} sx={{ display: 'flex', alignItems: 'center', gap: 2, px: 3, py: 1, borderBottom: '1px solid', borderColor: 'divider', flexWrap: 'wrap' }}>
        <InputBase
          value={needle} placeholder={t('logs.search')} onChange={(e) => { setNeedle(e.target.value); setJump(-1) }} onKeyDown={(e) => e.key === 'Enter' && go(e.shiftKey ? -1 : 1)} inputProps={{ 'aria-label': t('logs.search'), spellCheck: false }}
          sx={{ px: 2, height: 28, width: 180, border: '1px solid', borderColor: 'divider', borderRadius: '6px', fontSize: 13, '&.Mui-focused': { borderColor: 'primary.main' } }}
        />
        {needle !== '' && (
          <>
            <Box component="span" role="status" sx={{ color: 'text.secondary', fontSize: 12 }}>{jump >= 0 ? `${jump + 1} / ` : ''}{t('logs.matches', { count: matches.length })}</Box>
            <IconButton aria-label={t('logs.previous')} disabled={matches.length === 0} onClick={() => go(-1)}><UpIcon sx={{ fontSize: 16 }} /></IconButton>
            <IconButton aria-label={t('logs.next')} disabled={matches.length === 0} onClick={() => go(1)}><DownIcon sx={{ fontSize: 16 }} /></IconButton>
          </>
        )}
        <Box sx={{ flex: 1 }} />
        <Select value={how} variant="standard" disableUnderline onChange={(e) => times.set(e.target.value as Times)} SelectDisplayProps={{ 'aria-label': t('logs.time') }} renderValue={(v) => `${t('logs.time')}: ${t(v === 'off' ? 'logs.timeOff' : v === 'relative' ? 'logs.timeRelative' : 'logs.timeAbsolute')}`} sx={{ fontSize: 12 }}>
          <MenuItem value="off">{t('logs.timeOff')}</MenuItem><MenuItem value="relative">{t('logs.timeRelative')}</MenuItem><MenuItem value="absolute">{t('logs.timeAbsolute')}</MenuItem>
        </Select>
        <ToggleButton value="wrap" size="small" selected={wrapped} onChange={() => wrap.set(!wrapped)} sx={{ textTransform: 'none', py: 0.5, height: 26 }}>{t('logs.wrap')}</ToggleButton>
        <ToggleButton value="follow" size="small" selected={follow} onChange={() => { setJump(-1); if (follow) paused(); else setFollow(true) }} sx={{ textTransform: 'none', py: 0.5, height: 26 }}>{t('logs.follow')}</ToggleButton>
      </Box>
      {entries.length > 0 && <StaleNote error={log.error} retry={log.retry} />}
      {log.dropped > 0 && <Alert severity="warning" variant="outlined" sx={{ m: 1 }}>{t('logs.dropped', { count: log.dropped })}</Alert>}
      {log.loading ? <Rows count={8} /> : log.error && entries.length === 0 ? <ErrorState error={log.error} retry={log.retry} /> : entries.length === 0 ? <Empty>{t('logs.empty')}</Empty> : (
        <Box sx={{ flex: 1, minHeight: 0, position: 'relative' }}>
          <Box ref={scroller} role="log" aria-label={t('logs.lines')} aria-live="off" tabIndex={0} onScroll={scrolled} onWheel={(e) => e.deltaY < 0 && paused()} onKeyDown={(e) => ['ArrowUp', 'PageUp', 'Home'].includes(e.key) && paused()} onPointerDown={(e) => e.target === e.currentTarget && paused()} sx={logStyle} data-wrap={wrapped || undefined}>
            {log.more && <Button onClick={() => { paused(); void log.older() }} sx={{ m: 1 }}>{t('logs.older')}</Button>}
            <Box sx={{ position: 'relative' }} style={{ height: virtual.getTotalSize() }}>
              {virtual.getVirtualItems().map((item) => {
                const e = entries[item.index] as LogEntry
                return (
                  <div key={item.key} data-index={item.index} ref={wrapped ? virtual.measureElement : undefined} className="line" data-level={lineLevel(e.text)} data-current={(jump >= 0 && matches[jump] === item.index) || undefined} style={{ transform: `translateY(${item.start}px)` }}>
                    {how !== 'off' && <time dateTime={new Date(e.time).toISOString()} title={absolute(e.time)}>{stamp(e, how, now)}</time>}
                    {several && <span className={`source c${colours.get(`${e.namespace}/${e.pod}`) ?? 0}`} title={`${e.namespace}/${e.pod}/${e.container}`}>{e.pod}</span>}
                    <span className="text"><Text text={e.text} needle={needle} /></span>
                  </div>
                )
              })}
            </Box>
          </Box>
          {!follow && <Button variant="contained" onClick={() => { setJump(-1); setFollow(true) }} sx={{ position: 'absolute', bottom: 12, right: 20 }} startIcon={<DownIcon />}>{waiting > 0 ? t('logs.waiting', { count: waiting }) : t('logs.follow')}</Button>}
        </Box>
      )}
    </Box>
  )
}
