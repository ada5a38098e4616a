/** The images on the engine: which pods use them; pull, build, push, remove. */
import MoreIcon from '@mui/icons-material/MoreHorizOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import InputBase from '@mui/material/InputBase'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import Typography from '@mui/material/Typography'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Nodes } from '../../../shared/api/resources.ts'
import { toStatusError } from '../../../shared/errors.ts'
import type { StatusError } from '../../../shared/errors.ts'
import type { ImageEntry, ImageList } from '../../../shared/images.ts'
import { useCluster, useConnection, useResource, useServices } from '../../cache/hooks.ts'
import { ObjectLink } from '../../kinds/links.tsx'
import { Age } from '../../lib/clock.tsx'
import { formatBytes } from '../../lib/format.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { dimmed, Empty, ErrorState, Rows, StaleNote } from '../../ui/states.tsx'
import { BuildDialog, PullDialog, PushDialog, RemoveDialog } from './dialogs.tsx'
import { titleOf } from './model.ts'

type Open = { dialog: 'pull' | 'build' } | { dialog: 'push' | 'remove'; image: ImageEntry }
const idOf = (i: ImageEntry): string => i.id
/** Images that are built to be the same every time say that they are from 1970. */
const madeAt = (i: ImageEntry): string | undefined => (i.createdAt ? new Date(i.createdAt).toISOString() : undefined)

/** Read anew when what the nodes say of their images changes, when the engine goes or comes, and after each thing done here. */
function useImages(): { list: ImageList | undefined; error: StatusError | undefined; read: () => void } {
  const { transport } = useServices()
  const { epoch, state } = useConnection()
  const engine = useCluster()?.engine?.available
  const nodes = useResource(Nodes).items
  const reported = useMemo(() => nodes.map((n) => (n.status?.images ?? []).map((i) => i.names?.join() ?? '').join()).join(), [nodes])
  const [turn, setTurn] = useState(0)
  const [list, setList] = useState<ImageList>()
  const [error, setError] = useState<StatusError>()
  useEffect(() => {
    if (state !== 'open') return
    const stop = new AbortController()
    transport.call('images.list', {}, stop.signal).then((l) => { setList(l); setError(undefined) }, (e: unknown) => { if (!stop.signal.aborted) setError(toStatusError(e)) })
    return () => stop.abort()
  }, [transport, epoch, state, engine, reported, turn])
  return { list, error, read: useCallback(() => setTurn((n) => n + 1), []) }
}

function RowMenu({ image, open }: { image: ImageEntry; open: (o: Open) => void }) {
  const { t } = useTranslation()
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const pick = (dialog: 'push' | 'remove'): void => {
    setAnchor(null)
    open({ dialog, image })
  }
  return (
    <>
      <IconButton aria-label={`${t('action.actions')} ${titleOf(image)}`} aria-haspopup="menu" onClick={(e) => setAnchor(e.currentTarget)}><MoreIcon sx={{ fontSize: 17 }} /></IconButton>
      <Menu open={anchor !== null} anchorEl={anchor} onClose={() => setAnchor(null)}>
        <MenuItem onClick={() => pick('push')}>{t('images.push')}</MenuItem>
        <MenuItem onClick={() => pick('remove')} sx={{ color: 'error.main' }}>{t('images.remove')}</MenuItem>
      </Menu>
    </>
  )
}

export default function ImagesPage() {
  const { t } = useTranslation()
  const { list, error, read } = useImages()
  const { state } = useConnection()
  const [text, setText] = useState('')
  const [open, setOpen] = useState<Open>()
  const needle = text.trim().toLowerCase()
  const rows = useMemo(() => (list?.images ?? []).filter((i) => needle === '' || [i.id, ...i.names].some((n) => n.toLowerCase().includes(needle))), [list, needle])
  const columns = useMemo<Column<ImageEntry>[]>(() => [
    { id: 'name', label: t('common.name'), width: 'minmax(220px, 3fr)', value: titleOf },
    { id: 'names', label: t('images.others'), width: 'minmax(120px, 1.4fr)', value: (i) => i.names.filter((n) => n !== titleOf(i) && !n.includes('@')).join(', ') },
    { id: 'size', label: t('images.size'), width: '84px', right: true, value: (i) => i.sizeBytes, render: (i) => formatBytes(i.sizeBytes) },
    { id: 'used', vital: true, label: t('images.usedBy'), width: 'minmax(120px, 1.4fr)', value: (i) => i.usedBy.length, render: (i) => (i.usedBy.length === 0 ? '–' : i.usedBy.slice(0, 3).map((u, n) => <span key={`${u.namespace}/${u.pod}`}>{n > 0 && ', '}<ObjectLink apiVersion="v1" kind="Pod" namespace={u.namespace} name={u.pod}>{u.pod}</ObjectLink></span>)) },
    { id: 'age', label: t('common.age'), width: '64px', right: true, value: (i) => -(i.createdAt ?? 0), render: (i) => <Age time={madeAt(i)} /> },
    { id: 'actions', label: t('action.actions'), width: '64px', right: true, value: () => '', render: (i) => <RowMenu image={i} open={setOpen} /> },
  ], [t])
  const close = (): void => setOpen(undefined)
  const pull = <Button variant="contained" onClick={() => setOpen({ dialog: 'pull' })} sx={{ flex: 'none' }}>{t('images.pull')}</Button>
  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column', minHeight: 0 }}>
      <Box sx={{ px: 4, height: 48, flex: 'none', display: 'flex', alignItems: 'center', gap: 3, borderBottom: '1px solid', borderColor: 'divider' }}>
        <Typography variant="h1">{t('nav.images')}</Typography>
        <Box component="span" sx={{ color: 'text.secondary', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>{list && (needle ? t('common.shown', { shown: rows.length, total: list.images.length }) : list.images.length)}</Box>
        <InputBase value={text} onChange={(e) => setText(e.target.value)} placeholder={t('images.filter')} inputProps={{ 'aria-label': t('common.filter'), 'data-filter': true, spellCheck: false }} sx={{ ml: 2, px: 2, height: 28, width: 220, minWidth: 100, border: '1px solid', borderColor: 'divider', borderRadius: '6px', fontSize: 13, '&.Mui-focused': { borderColor: 'primary.main' } }} />
        <Typography color="textSecondary" noWrap sx={{ flex: 1 }}>{list && list.nodes.length > 0 && t('images.shared', { nodes: list.nodes.join(', ') })}</Typography>
        <Button variant="outlined" onClick={() => setOpen({ dialog: 'build' })} sx={{ flex: 'none' }}>{t('images.build')}</Button>
        {pull}
      </Box>
      {list && <StaleNote error={error} retry={read} />}
      <Box sx={{ flex: 1, minHeight: 0, ...dimmed(list !== undefined && error !== undefined && state === 'open') }}>
        {list ? <DataTable<ImageEntry> label={t('nav.images')} rows={rows} columns={columns} keyOf={idOf} sort={{ column: 'name', descending: false }} empty={needle ? <Empty>{t('common.noMatch')}</Empty> : <Empty action={pull}>{t('images.empty')}</Empty>} /> : error ? <ErrorState error={error} retry={read} /> : <Rows />}
      </Box>
      {open?.dialog === 'pull' && <PullDialog onDone={read} onClose={close} />}
      {open?.dialog === 'build' && <BuildDialog onDone={read} onClose={close} />}
      {open?.dialog === 'push' && <PushDialog image={open.image} onDone={read} onClose={close} />}
      {open?.dialog === 'remove' && <RemoveDialog image={open.image} onDone={read} onClose={close} />}
    </Box>
  )
}
