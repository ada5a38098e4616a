/** Who asked the API for what, when, and how it was answered: newest first, filtered, followed. */
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import InputBase from '@mui/material/InputBase'
import MenuItem from '@mui/material/MenuItem'
import Select from '@mui/material/Select'
import ToggleButton from '@mui/material/ToggleButton'
import Typography from '@mui/material/Typography'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { auditResource, type AuditEntry, type AuditQuery } from '../../../shared/audit.ts'
import { useValue } from '../../cache/hooks.ts'
import { served } from '../../kinds/discovery.ts'
import { absolute, Age } from '../../lib/clock.tsx'
import { chosenNamespace, detailExpanded } from '../../lib/prefs.ts'
import { useSettled } from '../../lib/settled.ts'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { Go } from '../../ui/parts.tsx'
import { Split } from '../../ui/Split.tsx'
import { Empty, ErrorState, Rows, StaleNote } from '../../ui/states.tsx'
import { StatusWord } from '../../ui/status.tsx'
import { AuditDetail } from './AuditDetail.tsx'
import { levelOfCode, objectAddress } from './model.ts'
import { useAudit } from './useAudit.ts'

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection']
const field = { px: 2, height: 28, width: 170, minWidth: 90, border: '1px solid', borderColor: 'divider', borderRadius: '6px', fontSize: 13, '&.Mui-focused': { borderColor: 'primary.main' } }

function useColumns(): Column<AuditEntry>[] {
  const { t } = useTranslation()
  const known = useValue(served)
  return useMemo<Column<AuditEntry>[]>(() => [
    { id: 'time', label: t('audit.age'), width: '72px', value: (e) => e.time, render: (e) => <Age time={e.time} /> },
    { id: 'user', vital: true, label: t('audit.user'), width: 'minmax(108px, 1.9fr)', value: (e) => (e.impersonated ? `${e.user} → ${e.impersonated}` : e.user) },
    { id: 'verb', vital: true, label: t('audit.verb'), width: '72px', value: (e) => e.verb },
    { id: 'resource', label: t('audit.resource'), width: 'minmax(130px, 1.3fr)', value: (e) => auditResource(e) || e.uri },
    {
      id: 'name', vital: true, label: t('audit.object'), width: 'minmax(96px, 1.7fr)', value: (e) => e.name,
      render: (e) => { const to = objectAddress(e, known); return to === undefined ? e.name : <Go to={to}>{e.name}</Go> },
    },
    { id: 'namespace', label: t('common.namespace'), width: 'minmax(90px, 120px)', value: (e) => e.namespace },
    { id: 'agent', label: t('audit.agent'), width: 'minmax(90px, 1fr)', value: (e) => e.agent },
    { id: 'took', label: t('audit.took'), width: '76px', right: true, value: (e) => e.milliseconds, render: (e) => `${e.milliseconds} ms` },
    { id: 'code', vital: true, label: t('audit.code'), width: '72px', value: (e) => e.code, render: (e) => <StatusWord level={levelOfCode(e.code)}>{e.code}</StatusWord> },
  ], [t, known])
}

export default function AuditPage({ id }: { id?: string | undefined }) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const namespace = useValue(chosenNamespace)
  const [user, setUser] = useState('')
  const [object, setObject] = useState('')
  const [verb, setVerb] = useState('')
  const [failed, setFailed] = useState(false)
  const [follow, setFollow] = useState(true)
  const typed = useSettled(`${user.trim()}\n${object.trim()}`)
  const query = useMemo<AuditQuery>(() => {
    const [who = '', what = ''] = typed.split('\n')
    return { ...(who && { user: who }), ...(what && { object: what }), ...(verb && { verb }), ...(namespace && { namespace }), ...(failed && { failed }) }
  }, [typed, verb, namespace, failed])
  const audit = useAudit(query, follow)
  const columns = useColumns()
  const shown = useMemo(() => columns.filter((c) => c.id !== 'namespace' || namespace === ''), [columns, namespace])
  const filtering = Object.keys(query).length > 0
  const chosen = id === undefined ? undefined : audit.entries.find((e) => e.id === id)
  const gone = audit.loading ? <Rows count={6} /> : <Empty title={t('audit.gone')} action={<Button variant="outlined" onClick={() => navigate('/audit')}>{t('action.close')}</Button>}>{t('audit.goneBody')}</Empty>
  const list = audit.loading ? <Rows /> : audit.error && audit.entries.length === 0 ? <ErrorState error={audit.error} retry={audit.retry} /> : (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column' }}>
      <StaleNote error={audit.error} retry={audit.retry} />
      <Box sx={{ flex: 1, minHeight: 0 }}>
        <DataTable<AuditEntry>
          label={t('audit.title')} rows={audit.entries} columns={shown} keyOf={(e) => e.id} isNew={(e) => audit.isLive(e.id) && Date.now() - Date.parse(e.time) < 3000} sort={{ column: 'time', descending: true }} selected={chosen?.id}
          onSelect={(e) => navigate(`/audit/${e.id}`)} onOpen={(e) => { navigate(`/audit/${e.id}`); detailExpanded.set(true) }}
          empty={<Empty>{t(filtering ? 'audit.noMatch' : 'audit.empty')}</Empty>}
        />
      </Box>
      <Box sx={{ px: 4, height: 36, flex: 'none', display: 'flex', alignItems: 'center', gap: 3, borderTop: '1px solid', borderColor: 'divider', color: 'text.secondary', fontSize: 12 }}>
        <Box component="span" sx={{ flex: 1, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
          {audit.next === '' ? t('audit.all') : t('audit.reached', { time: audit.reached ? absolute(audit.reached) : '–' })}
          {audit.dropped > 0 && ` · ${t('audit.dropped', { count: audit.dropped })}`}
        </Box>
        {audit.next !== '' && <Button variant="outlined" disabled={audit.reading} onClick={() => void audit.older()}>{t(audit.reading ? 'audit.reading' : 'audit.older')}</Button>}
      </Box>
    </Box>
  )
  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column', minHeight: 0 }}>
      <Box sx={{ px: 4, height: 48, flex: 'none', display: 'flex', alignItems: 'center', gap: 2, borderBottom: '1px solid', borderColor: 'divider', minWidth: 0 }}>
        <Typography variant="h1" noWrap sx={{ flex: 'none', mr: 1 }}>{t('audit.title')}</Typography>
        <Box component="span" data-testid="count" sx={{ color: 'text.secondary', fontVariantNumeric: 'tabular-nums', mr: 1 }}>{audit.loading ? '' : audit.entries.length}{audit.next !== '' && '+'}</Box>
        <InputBase value={user} onChange={(e) => setUser(e.target.value)} placeholder={t('audit.userHint')} onKeyDown={(e) => e.key === 'Escape' && (setUser(''), (e.target as HTMLElement).blur())} inputProps={{ 'aria-label': t('audit.userHint'), 'data-filter': true, spellCheck: false }} sx={field} />
        <InputBase value={object} onChange={(e) => setObject(e.target.value)} placeholder={t('audit.objectHint')} onKeyDown={(e) => e.key === 'Escape' && (setObject(''), (e.target as HTMLElement).blur())} inputProps={{ 'aria-label': t('audit.objectHint'), spellCheck: false }} sx={field} />
        <Select value={verb} displayEmpty size="small" onChange={(e) => setVerb(e.target.value)} inputProps={{ 'aria-label': t('audit.verb') }} sx={{ height: 28, fontSize: 13, minWidth: 100 }}>
          <MenuItem value="">{t('audit.anyVerb')}</MenuItem>
          {VERBS.map((v) => <MenuItem key={v} value={v}>{v}</MenuItem>)}
        </Select>
        <Chip label={t('audit.failed')} clickable aria-pressed={failed} variant={failed ? 'filled' : 'outlined'} color={failed ? 'primary' : 'default'} onClick={() => setFailed(!failed)} />
        <Box sx={{ flex: 1 }} />
        <ToggleButton value="follow" size="small" selected={follow} onChange={() => setFollow(!follow)} sx={{ height: 28, px: 3, textTransform: 'none', whiteSpace: 'nowrap', flex: 'none' }}>
          {!follow && audit.waiting > 0 ? t('audit.waiting', { count: audit.waiting }) : t('logs.follow')}
        </ToggleButton>
      </Box>
      <Split list={list} detail={id === undefined ? undefined : chosen ? <AuditDetail entry={chosen} /> : gone} />
    </Box>
  )
}
