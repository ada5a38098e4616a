/** From when on: a choice of spans, or what was marked in the chart. */
import ClockIcon from '@mui/icons-material/Schedule'
import Button from '@mui/material/Button'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { withSpan, type Span } from './edit.ts'

const SPANS = ['5m', '15m', '1h', '6h', '1d', '7d'] as const
const short = (moment: string): string => moment.replace(/^\d{4}-/, '').replace('T', ' ').replace(/\.\d+$/, '')

export function RangeMenu({ query, span, onQuery }: { query: string; span: Span; onQuery: (query: string) => void }) {
  const { t } = useTranslation()
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const { since, until } = span
  const chosen = SPANS.find((s) => s === since)
  const label = since === undefined && until === undefined ? t('logs.allTime') : chosen && until === undefined ? t(`logs.span.${chosen}`) : `${since === undefined ? '…' : short(since)} – ${until === undefined ? t('logs.now') : short(until)}`
  const pick = (next: Span): void => {
    setAnchor(null)
    onQuery(withSpan(query, next))
  }
  return (
    <>
      <Button variant="outlined" startIcon={<ClockIcon />} aria-haspopup="menu" aria-label={t('logs.range', { range: label })} onClick={(e) => setAnchor(e.currentTarget)} sx={{ flex: 'none', height: 32, '& .MuiButton-startIcon': { mr: 1.5, '& svg': { fontSize: 16 } } }}>{label}</Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {SPANS.map((s) => <MenuItem key={s} role="menuitemradio" aria-checked={s === chosen} selected={s === chosen} onClick={() => pick({ since: s })}>{t(`logs.span.${s}`)}</MenuItem>)}
        <MenuItem role="menuitemradio" aria-checked={since === undefined && until === undefined} selected={since === undefined && until === undefined} onClick={() => pick({})}>{t('logs.allTime')}</MenuItem>
      </Menu>
    </>
  )
}
