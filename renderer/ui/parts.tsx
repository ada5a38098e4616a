/** Small parts that details are made of. */
import Box from '@mui/material/Box'
import Chip from '@mui/material/Chip'
import MuiLink from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Level } from '../theme/theme.ts'
import { MONO } from '../theme/theme.ts'
import { Age } from '../lib/clock.tsx'
import { Said } from './Said.tsx'
import { StatusWord } from './status.tsx'

export function Section({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <Box component="section" sx={{ px: 4, py: 3, borderBottom: '1px solid', borderColor: 'divider', '&:last-child': { borderBottom: 0 } }}>
      <Box sx={{ display: 'flex', alignItems: 'center', mb: 2 }}>
        <Typography variant="h3" component="h3" color="textSecondary" sx={{ flex: 1 }}>{title}</Typography>
        {action}
      </Box>
      {children}
    </Box>
  )
}

export type Fact = [label: string, value: ReactNode]
export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <Box component="dl" sx={{ m: 0, display: 'grid', gridTemplateColumns: 'minmax(96px, 136px) 1fr', columnGap: 4, rowGap: 1.5, '& dt': { color: 'text.secondary' }, '& dd': { m: 0, minWidth: 0, overflowWrap: 'anywhere' } }}>
      {facts.map(([label, value]) => (
        <Box key={label} sx={{ display: 'contents' }}><dt>{label}</dt><dd>{value}</dd></Box>
      ))}
    </Box>
  )
}

export function Labels({ values }: { values: Record<string, string> | undefined }) {
  const { t } = useTranslation()
  const entries = Object.entries(values ?? {})
  if (entries.length === 0) return <Box component="span" sx={{ color: 'text.secondary' }}>{t('common.none')}</Box>
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
      {entries.map(([k, v]) => <Chip key={k} variant="outlined" label={v === '' ? k : `${k}=${v}`} title={`${k}=${v}`} sx={{ maxWidth: '100%', fontFamily: MONO, fontSize: 11.5, borderColor: 'divider' }} />)}
    </Box>
  )
}

export const Mono = ({ children }: { children: ReactNode }) => <Box component="span" sx={{ fontFamily: MONO, fontSize: 12, overflowWrap: 'anywhere' }}>{children}</Box>

/** A link in the dashboard; `onFollow` sets what the page there is to show. */
export function Go({ to, onFollow, children }: { to: string; onFollow?: () => void; children: ReactNode }) {
  return <MuiLink component={Link} href={to} color="primary" onClick={(e) => { e.stopPropagation(); onFollow?.() }}>{children}</MuiLink>
}

/** A share of something, as a bar and in words. */
export function Meter({ label, share, words }: { label: string; share: number; words: string }) {
  const percent = Math.min(100, Math.round(share * 100))
  const level: Level = share > 0.95 ? 'failed' : share > 0.8 ? 'warning' : 'ok'
  return (
    <Box>
      <Box sx={{ display: 'flex', justifyContent: 'space-between', mb: 1 }}>
        <span>{label}</span>
        <Box component="span" sx={{ color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>{words}</Box>
      </Box>
      <Box role="meter" aria-label={label} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100} aria-valuetext={words} sx={{ height: 6, borderRadius: 3, backgroundColor: 'divider', overflow: 'hidden' }}>
        <Box style={{ width: `${percent}%` }} sx={{ height: '100%', minWidth: share > 0 ? 3 : 0, borderRadius: 3, backgroundColor: level === 'ok' ? 'primary.main' : `level.${level}` }} />
      </Box>
    </Box>
  )
}

interface ConditionLike {
  type: string
  status: string
  reason?: string
  message?: string
  lastTransitionTime?: string
}
/** `good` says which answer is the happy one; most conditions are good when True. */
export function Conditions({ conditions, good = () => 'True' }: { conditions: readonly ConditionLike[] | undefined; good?: (type: string) => string }) {
  const { t } = useTranslation()
  if (!conditions?.length) return <Box sx={{ color: 'text.secondary' }}>{t('common.none')}</Box>
  return (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 1.5 }}>
      {conditions.map((c) => (
        <Box component="li" key={c.type} sx={{ display: 'grid', gridTemplateColumns: '1fr auto', columnGap: 3 }}>
          <StatusWord level={c.status === good(c.type) ? 'ok' : c.status === 'Unknown' ? 'waiting' : 'warning'}>{c.type}: {c.status}{c.reason ? ` (${c.reason})` : ''}</StatusWord>
          <Box component="span" sx={{ color: 'text.secondary' }}><Age time={c.lastTransitionTime} /></Box>
          {c.message !== undefined && c.message !== '' && <Box sx={{ gridColumn: '1 / -1', color: 'text.secondary', pl: 5, overflowWrap: 'anywhere' }}><Said text={c.message} /></Box>}
        </Box>
      ))}
    </Box>
  )
}
