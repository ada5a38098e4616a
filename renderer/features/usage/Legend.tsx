/** What a chart says in words: each line's newest value, or the one under the pointer. */
import Box from '@mui/material/Box'
import { useTranslation } from 'react-i18next'
import type { Chart, Line } from './model.ts'

interface Props {
  chart: Chart
  /** Which measurement. */
  at: number
  format: (value: number) => string
  hidden: ReadonlySet<string>
  toggle: (label: string) => void
}

/** As the line is drawn: full, or dashed for what was asked for and allowed. */
const Sample = ({ line }: { line: Line }) => <Box component="span" aria-hidden sx={{ width: 14, flex: 'none', borderTop: '2px', borderTopStyle: line.bound ? 'dashed' : 'solid', borderColor: `var(--mui-palette-${line.colour})` }} />

export function Legend({ chart, at, format, hidden, toggle }: Props) {
  const { t } = useTranslation()
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1, fontSize: 12, color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>
      {chart.lines.map((line) => {
        const value = line.values[at]
        return (
          <Box
            component="button" type="button" key={line.label} aria-pressed={!hidden.has(line.label)} onClick={() => toggle(line.label)} title={t(hidden.has(line.label) ? 'usage.show' : 'usage.hide')}
            sx={{ font: 'inherit', color: 'inherit', background: 'none', border: 0, borderRadius: '4px', px: 1, height: 22, cursor: 'pointer', display: 'flex', alignItems: 'center', gap: 1.5, '&:hover': { backgroundColor: 'hover' }, '&[aria-pressed=false] > .label': { textDecoration: 'line-through' } }}
          >
            <Sample line={line} /><span className="label">{line.label}</span><Box component="span" sx={{ color: 'text.primary', minWidth: 36, textAlign: 'left' }}>{value === null || value === undefined ? '–' : format(value)}</Box>
          </Box>
        )
      })}
    </Box>
  )
}
