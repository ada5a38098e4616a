/** What a stream is doing, and how it is shown. */
import DownloadIcon from '@mui/icons-material/FileDownloadOutlined'
import PauseIcon from '@mui/icons-material/Pause'
import PlayIcon from '@mui/icons-material/PlayArrow'
import TuneIcon from '@mui/icons-material/Tune'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Divider from '@mui/material/Divider'
import LinearProgress from '@mui/material/LinearProgress'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import { memo, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { exportLine } from '../../../shared/logs/export.ts'
import { toStatusError } from '../../../shared/errors.ts'
import type { LogExportFormat } from '../../../shared/logs/types.ts'
import { useServices, useValue } from '../../cache/hooks.ts'
import { formatBytes } from '../../lib/format.ts'
import { say } from '../../ui/snack.tsx'
import { collect, copyText, save, type Progress } from './copy.ts'
import type { FeedState, LogFeed } from './feed.ts'
import { newestFirst, raw, times, TIMES, wrap } from './view-prefs.ts'

const formats = new Map<string, Intl.NumberFormat>()
/** Making a format is slow, and this is drawn with each line that comes. */
function formatCount(n: number, language: string): string {
  let format = formats.get(language)
  if (!format) formats.set(language, (format = new Intl.NumberFormat(language)))
  return format.format(n)
}
const COPIED_AT_MOST = 5_000

const Following = memo(function Following({ feed, live, waiting }: { feed: LogFeed; live: boolean; waiting: number }) {
  const { t } = useTranslation()
  return (
    <Button
      aria-pressed={live} onClick={() => (live ? feed.pause() : feed.toNewest())} startIcon={live ? <PauseIcon /> : <PlayIcon />} variant={waiting > 0 ? 'contained' : 'text'}
      title={t(live ? 'logs.pauseHint' : 'logs.resumeHint')} sx={{ flex: 'none', '& .MuiButton-startIcon': { mr: 1 } }}
    >
      {live ? t('logs.live') : waiting > 0 ? t('logs.waiting', { count: waiting }) : t('logs.follow')}
    </Button>
  )
})

const ViewMenu = memo(function ViewMenu() {
  const { t } = useTranslation()
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const how = useValue(times)
  const switches = [[wrap, 'logs.wrap'], [newestFirst, 'logs.newestFirst'], [raw, 'logs.raw']] as const
  const on = [useValue(wrap), useValue(newestFirst), useValue(raw)]
  return (
    <>
      <Button startIcon={<TuneIcon />} aria-haspopup="menu" onClick={(e) => setAnchor(e.currentTarget)} color="inherit">{t('logs.view')}</Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {TIMES.map((x) => <MenuItem key={x} role="menuitemradio" aria-checked={x === how} selected={x === how} onClick={() => times.set(x)}>{t('logs.time')}: {t(`logs.time.${x}`)}</MenuItem>)}
        <Divider />
        {switches.map(([value, label], i) => <MenuItem key={label} role="menuitemcheckbox" aria-checked={on[i] === true} selected={on[i] === true} onClick={() => value.set(!value.get())}>{t(label)}</MenuItem>)}
      </Menu>
    </>
  )
})

const ExportMenu = memo(function ExportMenu({ feed, query }: { feed: LogFeed; query: string }) {
  const { t } = useTranslation()
  const { transport } = useServices()
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const [progress, setProgress] = useState<Progress>()
  const stop = useRef<AbortController>(undefined)
  const copy = (format: LogExportFormat): void => {
    setAnchor(null)
    const lines = feed.get().lines.slice(-COPIED_AT_MOST)
    void copyText(lines.map((l) => exportLine(l, l.source, format)).join('')).then(() => say(t('logs.copied', { count: lines.length })), (e: Error) => say(e.message))
  }
  const download = async (format: LogExportFormat): Promise<void> => {
    setAnchor(null)
    const abort = (stop.current = new AbortController())
    setProgress({ lines: 0, bytes: 0 })
    try {
      save(await collect(transport, query, format, setProgress, abort.signal), `logs-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.${format === 'text' ? 'log' : 'ndjson'}`)
    } catch (e) {
      if (!abort.signal.aborted) say(toStatusError(e).message)
    } finally {
      setProgress(undefined)
    }
  }
  const shown = Math.min(feed.get().lines.length, COPIED_AT_MOST)
  return (
    <>
      {progress && <Box role="status" sx={{ color: 'text.secondary', fontSize: 12, whiteSpace: 'nowrap' }}>{t('logs.collecting', { count: progress.lines, size: formatBytes(progress.bytes) })}<Button onClick={() => stop.current?.abort()}>{t('action.cancel')}</Button></Box>}
      <Button startIcon={<DownloadIcon />} aria-haspopup="menu" disabled={progress !== undefined} onClick={(e) => setAnchor(e.currentTarget)} color="inherit">{t('logs.export')}</Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        <MenuItem disabled={shown === 0} onClick={() => copy('text')}>{t('logs.copyText', { count: shown })}</MenuItem>
        <MenuItem disabled={shown === 0} onClick={() => copy('ndjson')}>{t('logs.copyNdjson', { count: shown })}</MenuItem>
        <Divider />
        <MenuItem onClick={() => void download('text')}>{t('logs.downloadText')}</MenuItem>
        <MenuItem onClick={() => void download('ndjson')}>{t('logs.downloadNdjson')}</MenuItem>
      </Menu>
    </>
  )
})

export function ViewerBar({ feed, state, query, label, children }: { feed: LogFeed; state: FeedState; query: string; label: string; children?: ReactNode }) {
  const { t, i18n } = useTranslation()
  const { searching, lines, stopped } = state
  const share = searching && searching.total > 0 ? (searching.searched / searching.total) * 100 : 0
  return (
    <Box role="toolbar" aria-label={label} sx={{ position: 'relative', flex: 'none', display: 'flex', alignItems: 'center', gap: 1, px: 2, minHeight: 34, borderBottom: '1px solid', borderColor: 'divider', '& .MuiButton-startIcon': { mr: 1, '& svg': { fontSize: 16 } }, '& .count': { color: 'text.secondary', fontSize: 12, fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis', minWidth: 0, flex: 1, paddingLeft: '4px' } }}>
      {feed.follows && <Following feed={feed} live={state.live} waiting={state.waiting} />}
      {children}
      <span className="count">
        {t('logs.shown', { count: lines.length, number: formatCount(lines.length, i18n.language) })}{stopped ? ` · ${t('logs.stopped')}` : ''}
      </span>
      {searching && searching.total > 0 && (
        <Box component="span" role="status" sx={{ color: 'text.secondary', fontSize: 12, whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}>
          {t('logs.searching', { done: searching.searched, total: searching.total })}<Button onClick={feed.cancel}>{t('action.cancel')}</Button>
        </Box>
      )}
      <ExportMenu feed={feed} query={query} />
      <ViewMenu />
      {searching && <LinearProgress aria-hidden variant={searching.total > 0 ? 'determinate' : 'indeterminate'} value={share} sx={{ position: 'absolute', left: 0, right: 0, bottom: -1, height: 2 }} />}
    </Box>
  )
}
