/** One sheet for all lines. */
import type { CSSObject, Theme } from '@mui/material/styles'
import { MONO } from '../../theme/theme.ts'
import { LINE } from './rows.ts'

const v = (name: string): string => `var(--mui-palette-${name})`
const mix = (name: string, percent: number): string => `color-mix(in srgb, ${v(name)} ${percent}%, transparent)`

/** After Okabe and Ito, told apart with every common colour blindness; the darker or lighter of each for the theme. As many as lines.ts has COLOURS. */
const SOURCES = [
  ['#0068a3', '#56b4e9'], ['#a34100', '#f0a93c'], ['#00704f', '#2fd6a6'], ['#a03a76', '#e59ac4'], ['#6b5f00', '#e6da4a'], ['#5340b0', '#b3a5ff'], ['#a12b2b', '#ff9a8f'], ['#4d5766', '#b4bac6'],
] as const
/** A terminal's sixteen, readable on either ground. */
const ANSI = [
  ['#3b3f47', '#7d8590'], ['#b3261e', '#ff8a80'], ['#1a7340', '#4cc38a'], ['#855300', '#e2a336'], ['#0a5fba', '#6cb6ff'], ['#8b3a9e', '#e08cf0'], ['#006b75', '#4fd1d9'], ['#5b616e', '#d0d4dc'],
  ['#5b616e', '#9aa0ac'], ['#c5221f', '#ffa198'], ['#18794e', '#6ee7ad'], ['#8f5a00', '#ffc65c'], ['#1565c0', '#8ecbff'], ['#9c27b0', '#f0a6ff'], ['#00757f', '#7de8ee'], ['#1b1d22', '#ffffff'],
] as const
const pair = (theme: Theme, [light, dark]: readonly [string, string], property: 'color' | 'backgroundColor'): CSSObject => ({ [property]: light, ...(theme.applyStyles('dark', { [property]: dark }) as CSSObject) })
const LEVEL: Readonly<Record<string, string>> = { fatal: 'level-failed', error: 'level-failed', warn: 'level-warning', info: 'level-working', debug: 'level-waiting', trace: 'level-waiting' }

export const viewerStyle = (theme: Theme): CSSObject => ({
  position: 'absolute', inset: 0, overflow: 'auto', backgroundColor: v('sunken'), fontFamily: MONO, fontSize: 12.5, lineHeight: `${LINE}px`, outlineOffset: '-2px', overflowAnchor: 'none',
  '& .lines': { position: 'relative', minWidth: '100%' },
  '& .line': { position: 'absolute', top: 0, left: 0, minWidth: '100%', borderLeft: '3px solid transparent', contain: 'layout style' },
  '& .row': { display: 'flex', gap: '10px', padding: '0 12px 0 9px', whiteSpace: 'pre', minHeight: `${LINE}px`, cursor: 'default' },
  '& .line:hover': { backgroundColor: v('hover') },
  '& .line[data-open]': { backgroundColor: v('background-paper'), zIndex: 1 },
  '& .line[data-current] > .row': { backgroundColor: mix('primary-main', 16) },
  '&[data-wrap] .line': { width: '100%' },
  '&[data-wrap] .text': { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', minWidth: 0 },
  '& time, & .head .time': { color: v('text-secondary'), flex: 'none', minWidth: 'var(--log-time)' },
  '& .level': { flex: 'none', width: 40, fontSize: 11, fontWeight: 600, textTransform: 'uppercase' },
  ...Object.fromEntries(Object.entries(LEVEL).map(([level, name]) => [`& .line[data-level=${level}]`, { ...(level === 'info' ? {} : { borderLeftColor: v(name) }), '& .level': { color: v(name) }, ...(level === 'fatal' || level === 'error' ? { backgroundImage: `linear-gradient(${mix(name, 6)}, ${mix(name, 6)})` } : {}) }] as const)),
  '& .line[data-level=trace], & .line[data-level=debug]': { borderLeftColor: 'transparent', '& .level': { color: v('level-waiting') } },
  '&[data-narrow] .level': { width: '1ch', overflow: 'hidden' },
  '& .source': { flex: 'none', width: 'var(--log-source)', overflow: 'hidden', textOverflow: 'ellipsis' },
  '& .cell': { flex: 'none', width: 'var(--log-cell)', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  '& .pair': { marginLeft: '12px' },
  '& .path': { color: v('text-secondary') },
  '& .more': { marginLeft: '10px', padding: '0 6px', borderRadius: '8px', fontSize: 11, color: v('text-secondary'), border: `1px solid ${v('divider')}` },
  '& mark': { backgroundColor: mix('level-warning', 38), color: 'inherit', borderRadius: '2px' },
  '& .head': { position: 'sticky', top: 0, zIndex: 2, height: 26, display: 'flex', gap: '10px', padding: '0 12px', alignItems: 'center', backgroundColor: v('background-default'), borderBottom: `1px solid ${v('divider')}`, color: v('text-secondary'), minWidth: 'max-content', boxSizing: 'border-box', '& .level': { textTransform: 'none', fontSize: 'inherit', fontWeight: 'inherit' } },
  '& .head .cell': { display: 'flex', alignItems: 'center', gap: '2px', '& span': { overflow: 'hidden', textOverflow: 'ellipsis' } },
  '& .head button, & .field button': { border: 0, background: 'none', padding: 0, color: 'inherit', width: 18, height: 18, borderRadius: '4px', cursor: 'pointer', lineHeight: 0, flex: 'none', '& svg': { fontSize: 14 }, '&:hover, &[aria-pressed=true]': { backgroundColor: v('hover'), color: v('primary-main') } },
  '& .edge': { position: 'sticky', left: 0, height: 28, display: 'flex', alignItems: 'center', gap: '8px', padding: '0 12px', color: v('text-secondary'), fontSize: 12, fontFamily: theme.typography.fontFamily, width: 'fit-content' },
  '& .detail': { position: 'sticky', left: 0, width: 'var(--log-width)', boxSizing: 'border-box', padding: '4px 12px 10px', fontFamily: theme.typography.fontFamily, fontSize: 12.5, cursor: 'auto', borderBottom: `1px solid ${v('divider')}`, whiteSpace: 'normal' },
  '& .detail .bar': { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '4px', marginBottom: '4px' },
  '& .detail .context': { marginLeft: '12px', color: v('text-secondary') },
  '& .detail pre': { margin: '4px 0 8px', padding: '8px', maxHeight: 360, overflow: 'auto', backgroundColor: v('sunken'), borderRadius: '6px', border: `1px solid ${v('divider')}`, fontFamily: MONO, fontSize: 12.5, lineHeight: '18px', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  '& .parts': { display: 'flex', flexWrap: 'wrap', columnGap: '32px', alignItems: 'start', '& > [role=group]': { flex: '1 1 360px', minWidth: 0 }, '& > [role=group]:first-of-type:not(:last-child)': { flex: '3 1 420px' } },
  // The names of all stand in one column, as wide as the longest needs.
  '& .fields': { display: 'grid', gridTemplateColumns: '60px fit-content(45%) minmax(0, 1fr)', columnGap: '8px', '& > .MuiButton-root': { gridColumn: '1 / -1', justifySelf: 'start' } },
  '& .field': { display: 'grid', gridColumn: '1 / -1', gridTemplateColumns: 'subgrid', alignItems: 'baseline', lineHeight: '20px', borderRadius: '4px', '&:hover': { backgroundColor: v('hover') } },
  '& .field .buttons': { display: 'flex', gap: '1px', color: v('text-secondary'), paddingTop: '1px', alignSelf: 'start' },
  '& .field .name': { color: v('text-secondary'), overflowWrap: 'anywhere' },
  '& .field .value': { fontFamily: MONO, overflowWrap: 'anywhere', minWidth: 0 },
  '& .bold': { fontWeight: 700 }, '& .dim': { color: v('text-secondary') }, '& .italic': { fontStyle: 'italic' }, '& .under': { textDecoration: 'underline' }, '& .struck': { textDecoration: 'line-through' }, '& .inverse': { color: v('sunken') }, '& .onfg': { backgroundColor: v('text-primary') },
  ...Object.fromEntries(ANSI.flatMap((c, i) => [[`& .a${i}`, pair(theme, c, 'color')] as const, [`& .b${i}`, { backgroundColor: `color-mix(in srgb, ${c[0]} 30%, transparent)` }] as const])),
  ...Object.fromEntries(SOURCES.map((c, i) => [`& .c${i}`, pair(theme, c, 'color')] as const)),
})
