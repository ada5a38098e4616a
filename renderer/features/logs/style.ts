import type { CSSObject, Theme } from '@mui/material/styles'
import { MONO } from '../../theme/theme.ts'
import { sourceColours } from './buffer.ts'

/** One sheet for all lines. */
export const logStyle = (theme: Theme): CSSObject => ({
  height: '100%', overflow: 'auto', backgroundColor: 'var(--mui-palette-sunken)', fontFamily: MONO, fontSize: 12.5, lineHeight: '19px', outlineOffset: -2, padding: '4px 0',
  '& .line': { position: 'absolute', left: 0, minWidth: '100%', display: 'flex', gap: '10px', padding: '0 12px', borderLeft: '2px solid transparent', whiteSpace: 'pre', minHeight: 19 },
  '&[data-wrap] .line': { width: '100%' },
  '&[data-wrap] .text': { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', minWidth: 0 },
  '& .line[data-level=failed]': { borderLeftColor: 'var(--mui-palette-level-failed)' },
  '& .line[data-level=warning]': { borderLeftColor: 'var(--mui-palette-level-warning)' },
  '& .line[data-current]': { backgroundColor: 'color-mix(in srgb, var(--mui-palette-primary-main) 18%, transparent)' },
  '& time': { color: 'var(--mui-palette-text-secondary)', flex: 'none', minWidth: 40 },
  '& .source': { flex: 'none', width: 150, overflow: 'hidden', textOverflow: 'ellipsis' },
  '& mark': { backgroundColor: 'color-mix(in srgb, var(--mui-palette-level-warning) 40%, transparent)', color: 'inherit', borderRadius: 2 },
  ...Object.fromEntries(sourceColours.map((c, i) => [`& .c${i}`, { color: c.light, ...(theme.applyStyles('dark', { color: c.dark }) as CSSObject) }] as const)),
})
