/** All that is known of a line: its text in full, its fields, where it comes from, and what can be done with each. */
import ColumnIcon from '@mui/icons-material/ViewColumnOutlined'
import Button from '@mui/material/Button'
import MinusIcon from '@mui/icons-material/Remove'
import PlusIcon from '@mui/icons-material/Add'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatNanos } from '../../../shared/logs/time.ts'
import { absolute } from '../../lib/clock.tsx'
import { useValue } from '../../cache/hooks.ts'
import { dataOf, flat } from './data.ts'
import type { Line } from './lines.ts'
import { columns } from './view-prefs.ts'

export type ContextOf = 'container' | 'pod' | 'all'
export interface LineActions {
  /** Writes into the query. */
  only?: ((key: string, value: string) => void) | undefined
  not?: ((key: string, value: string) => void) | undefined
  context: (line: Line, of: ContextOf) => void
  copy: (line: Line, how: 'text' | 'ndjson' | 'link') => void
}
const FIRST_FIELDS = 40
const MOST_TEXT = 100_000

export function toggleColumn(path: string): void {
  const now = columns.get()
  columns.set(now.includes(path) ? now.filter((p) => p !== path) : [...now, path].slice(-20))
}

function Field({ name, field, value, actions, path }: { name: string; field?: string | undefined; value: string; actions: LineActions; path?: string }) {
  const { t } = useTranslation()
  const shown = useValue(columns)
  // The language takes so much of a value; of a longer one its beginning says nothing.
  const usable = field !== undefined && value.length <= 200
  return (
    <div className="field">
      <span className="buttons">
        {usable && actions.only && <button type="button" aria-label={t('logs.only', { field: name, value })} title={t('logs.only', { field: name, value })} onClick={() => actions.only?.(field, value)}><PlusIcon aria-hidden /></button>}
        {usable && actions.not && <button type="button" aria-label={t('logs.not', { field: name, value })} title={t('logs.not', { field: name, value })} onClick={() => actions.not?.(field, value)}><MinusIcon aria-hidden /></button>}
        {path !== undefined && <button type="button" aria-pressed={shown.includes(path)} aria-label={t('logs.column', { field: path })} title={t('logs.column', { field: path })} onClick={() => toggleColumn(path)}><ColumnIcon aria-hidden /></button>}
      </span>
      <span className="name">{name}</span>
      <span className="value">{value}</span>
    </div>
  )
}

export function LineDetail({ line, actions, text }: { line: Line; actions: LineActions; text: string }) {
  const { t } = useTranslation()
  const [all, setAll] = useState(false)
  const { source: s } = line
  const data = dataOf(line)
  const fields = data ? flat(data.fields) : []
  const facts: [name: string, field: string | undefined, value: string][] = [
    ['namespace', 'namespace', s.namespace], [s.stream === 'component' ? 'component' : 'pod', s.stream === 'component' ? 'component' : 'pod', s.pod], ['container', 'container', s.container], ['node', 'node', s.node], ['workload', 'workload', s.workload],
    ['stream', 'stream', s.stream], ['level', 'level', line.level], ['restart', 'restart', s.container ? String(s.restart) : ''], ...Object.entries(s.labels).map(([k, v]): [string, string, string] => [`label.${k}`, `label.${k}`, v]),
  ]
  const shown = all ? fields : fields.slice(0, FIRST_FIELDS)
  return (
    <div className="detail">
      <div className="bar">
        <Button onClick={() => actions.copy(line, 'text')}>{t('logs.copyLine')}</Button>
        <Button onClick={() => actions.copy(line, 'ndjson')}>{t('logs.copyJson')}</Button>
        <Button onClick={() => actions.copy(line, 'link')}>{t('logs.copyLink')}</Button>
        <span className="context">{t('logs.contextOf')}</span>
        {s.container !== '' && <Button onClick={() => actions.context(line, 'container')}>{t('logs.context.container')}</Button>}
        <Button onClick={() => actions.context(line, 'pod')}>{t(s.stream === 'component' ? 'logs.context.component' : 'logs.context.pod')}</Button>
        <Button onClick={() => actions.context(line, 'all')}>{t('logs.context.all')}</Button>
      </div>
      {(!data || text.includes('\n')) && <pre tabIndex={0}>{text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text}</pre>}
      <div className="parts">
        {fields.length > 0 && (
          <div className="fields" role="group" aria-label={t('logs.fields')}>
            {shown.map(([path, value]) => <Field key={path} name={path} path={path} field={`${data?.prefix ?? ''}${path}`} value={value} actions={actions} />)}
            {shown.length < fields.length && <Button onClick={() => setAll(true)}>{t('logs.allFields', { count: fields.length })}</Button>}
          </div>
        )}
        <div className="fields" role="group" aria-label={t('logs.origin')}>
          <div className="field"><span className="buttons" /><span className="name">time</span><span className="value" title={absolute(line.time)}>{formatNanos(line.time, line.nanos)}</span></div>
          {facts.filter(([, , value]) => value !== '').map(([name, field, value]) => <Field key={name} name={name} field={field} value={value} actions={actions} />)}
        </div>
      </div>
    </div>
  )
}
