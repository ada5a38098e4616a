/** How the field for queries and its list look. */
import type { CSSObject } from '@mui/material/styles'
import { MONO } from '../../theme/theme.ts'

const v = (name: string): string => `var(--mui-palette-${name})`
const text = { fontFamily: MONO, fontSize: 12.5, lineHeight: '28px', padding: 0, border: 0, whiteSpace: 'pre', letterSpacing: 0 } as const

export const fieldStyle: CSSObject = {
  position: 'relative', display: 'flex', alignItems: 'center', gap: '6px', minHeight: 32, flex: 1, minWidth: 0, padding: '0 6px 0 8px',
  border: `1px solid ${v('divider')}`, borderRadius: '6px', backgroundColor: v('background-paper'),
  '&:focus-within': { borderColor: v('primary-main'), boxShadow: `0 0 0 1px ${v('primary-main')}` },
  '&[data-invalid]': { borderColor: v('level-failed') },
  '& .sign': { fontSize: 16, color: v('text-secondary'), flex: 'none' },
  '& .typed': { position: 'relative', flex: 1, minWidth: 0, height: 28 },
  // What is typed is drawn below, in its colours; the field above has the caret and the choice.
  '& .paint': { ...text, position: 'absolute', inset: 0, overflow: 'hidden', pointerEvents: 'none' },
  '& input': { ...text, position: 'relative', width: '100%', height: 28, background: 'none', outline: 'none', color: v('text-primary'), WebkitTextFillColor: 'transparent', caretColor: v('text-primary') },
  '& input::placeholder': { color: v('text-secondary'), WebkitTextFillColor: v('text-secondary'), opacity: 1 },
  '& .key': { color: v('primary-main') },
  '& .operator': { color: v('text-secondary') },
  '& .word': { color: v('text-primary') },
  '& .regex': { color: v('level-warning') },
  '& .paint .text': { color: v('level-ok') },
  '& [data-wrong]': { textDecoration: `underline wavy ${v('level-failed')}`, textUnderlineOffset: 3, textDecorationSkipInk: 'none' },
  '& .fault': { position: 'absolute', zIndex: 5, top: '100%', left: 26, marginTop: '2px', padding: '1px 8px', borderRadius: '4px', fontSize: 12, color: v('level-failed'), backgroundColor: v('background-paper'), border: `1px solid ${v('level-failed')}` },
}
export const listStyle: CSSObject = {
  position: 'absolute', zIndex: 20, top: '100%', left: 0, minWidth: 380, maxWidth: '100%', maxHeight: 320, overflow: 'auto', margin: '4px 0 0', padding: '4px', listStyle: 'none',
  backgroundColor: v('background-paper'), border: `1px solid ${v('divider')}`, borderRadius: '6px', boxShadow: '0 8px 24px rgb(0 0 0 / 0.2)',
  '& li': { display: 'flex', gap: '16px', alignItems: 'baseline', padding: '3px 8px', borderRadius: '4px', cursor: 'pointer' },
  '& li:hover': { backgroundColor: v('hover') },
  '& li[aria-selected=true]': { backgroundColor: `color-mix(in srgb, ${v('primary-main')} 18%, transparent)` },
  '& .name': { fontFamily: MONO, fontSize: 12.5, flex: 1, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  '& .detail': { color: v('text-secondary'), fontSize: 12, whiteSpace: 'nowrap' },
}
