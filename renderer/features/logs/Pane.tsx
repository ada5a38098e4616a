/** One stream: what it is doing, how it is shown, and its lines. */
import Box from '@mui/material/Box'
import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { exportLine } from '../../../shared/logs/export.ts'
import { Empty } from '../../ui/states.tsx'
import { say } from '../../ui/snack.tsx'
import { logsAddress } from './address.ts'
import { copyText } from './copy.ts'
import { check, chosen, joined, toggled, without, withSpan } from './edit.ts'
import type { FeedState } from './feed.ts'
import type { ContextOf } from './LineDetail.tsx'
import type { Line } from './lines.ts'
import { useFeed } from './useFeed.ts'
import { newestFirst, times, TIMES, wrap } from './view-prefs.ts'
import { Viewer } from './Viewer.tsx'
import { ViewerBar } from './ViewerBar.tsx'
import type { ViewerCommand } from './viewer-keys.ts'

interface Props {
  /** All of it. */
  query: string
  label: string
  /** Opens at this line. */
  line?: number | undefined
  /** Its lines are of one pod, so that need not be said. */
  single?: boolean
  /** Writes into the query; without it only looks. */
  onQuery?: ((query: string) => void) | undefined
  everywhere?: boolean
  onCommand?: ((command: ViewerCommand) => void) | undefined
  /** Told of what happens, for what stands around. */
  onState?: ((state: FeedState) => void) | undefined
  /** Between the query and the lines. */
  children?: ReactNode
}

/** The lines around one: all of its container, of its pod, or everything. */
export function contextQuery({ source: s }: Line, of: ContextOf): string {
  if (of === 'all') return ''
  const fields: [string, string][] = s.stream === 'component' ? [['component', s.pod]] : [['namespace', s.namespace], ['pod', s.pod], ...(of === 'container' && s.container ? [['container', s.container] satisfies [string, string]] : [])]
  return fields.filter(([, value]) => value !== '').reduce((query, [key, value]) => toggled(query, key, value), '')
}
const textOf = (line: Line, how: 'text' | 'ndjson'): string => exportLine(line, line.source, how)

export function Pane({ query, label, line, single = false, onQuery, everywhere = false, onCommand, onState, children }: Props) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const { feed, state, marks } = useFeed(query, line)
  useEffect(() => onState?.(state), [onState, state])
  const address = (l: Line): string => logsAddress({ query, line: l.id })
  const copied = (text: string, what: string): void => void copyText(text).then(() => say(what), (e: Error) => say(e.message))
  const run = (command: ViewerCommand): void => {
    if (command === 'wrap') wrap.set(!wrap.get())
    else if (command === 'order') newestFirst.set(!newestFirst.get())
    else if (command === 'times') times.set(TIMES[(TIMES.indexOf(times.get()) + 1) % TIMES.length] ?? 'local')
    else onCommand?.(command)
  }
  const { ast } = check(query)
  const spanned = ast ? chosen(ast, 'since').length + chosen(ast, 'until').length > 0 : false
  const empty = (
    <Empty title={t(state.stopped ? 'logs.stoppedTitle' : 'logs.emptyTitle')}>{t(state.stopped ? 'logs.stoppedBody' : state.live ? 'logs.empty' : 'logs.emptyPast')}{spanned && onQuery ? <Box component="button" type="button" onClick={() => onQuery(withSpan(query, {}))} sx={{ display: 'block', mx: 'auto', mt: 2, font: 'inherit', color: 'primary.main', background: 'none', border: 0, cursor: 'pointer', textDecoration: 'underline' }}>{t('logs.allTime')}</Box> : null}</Empty>
  )
  return (
    <Box sx={{ height: '100%', minHeight: 0, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
      <ViewerBar feed={feed} state={state} query={query} label={label}>{children}</ViewerBar>
      <Box sx={{ flex: 1, minHeight: 0 }}>
        <Viewer
          key={`${query} ${line ?? ''}`} feed={feed} state={state} label={label} needles={marks} single={single} line={line} everywhere={everywhere} empty={empty} onCommand={run}
          actions={{
            only: onQuery && ((key, value) => onQuery(toggled(query, key, value))),
            not: onQuery && ((key, value) => onQuery(without(query, key, value))),
            context: (l, of) => {
              // The way back leads to the same line among these.
              navigate(address(l), { replace: true })
              navigate(logsAddress({ query: contextQuery(l, of), line: l.id }))
            },
            copy: (l, how) => copied(how === 'link' ? `${location.href.split('#')[0]}#${address(l)}` : textOf(l, how).trimEnd(), t(how === 'link' ? 'logs.linkCopied' : 'logs.copied', { count: 1 })),
          }}
        />
      </Box>
    </Box>
  )
}
export const combined = (scope: string, own: string): string => (check(own).ast ? (own.trim() === '' ? scope : joined(scope, own)) : scope)
