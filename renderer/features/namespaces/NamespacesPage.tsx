import AddIcon from '@mui/icons-material/Add'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { Namespaces } from '../../../shared/api/resources.ts'
import type { Namespace } from '../../../shared/api/types.ts'
import { useApi } from '../../cache/hooks.ts'
import { KindDetail } from '../../kinds/KindDetail.tsx'
import type { KindView } from '../../kinds/view.ts'
import { chosenOf } from '../../lib/address.ts'
import type { Address } from '../../lib/address.ts'
import { Age } from '../../lib/clock.tsx'
import { chosenNamespace } from '../../lib/prefs.ts'
import { ActionDialog } from '../../ui/ActionDialog.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { ResourcePage } from '../../ui/ResourcePage.tsx'
import { Said } from '../../ui/Said.tsx'
import { say } from '../../ui/snack.tsx'
import { StatusWord } from '../../ui/status.tsx'
import { NamespaceUsage } from '../usage/Usage.tsx'
import { useContents } from './contents.ts'
import { view } from './view.tsx'

const kept = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease'])
/** What still stands in the way of a namespace's end, in the namespace controller's words. */
const remaining = (n: Namespace): string[] => n.status?.conditions?.flatMap((c) => (c.status === 'True' && c.message ? [c.message] : [])) ?? []

function Create({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const api = useApi()
  const [name, setName] = useState('')
  const bad = name !== '' && (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name) || name.length > 63)
  return (
    <ActionDialog title={t('namespaces.new')} confirm={t('action.create')} disabled={name === '' || bad} field={/^metadata\.name$/} onClose={onClose} run={async () => { await api.create(Namespaces, { metadata: { name } }); say(t('done.created', { kind: 'Namespace', name })) }}>
      {(fault) => (
        <>
          <Typography>{t('namespaces.createBody')}</Typography>
          <TextField label={t('common.name')} autoFocus value={name} onChange={(e) => setName(e.target.value)} error={bad || fault !== ''} helperText={bad ? t('invalid.dnsLabel') : fault || ' '} slotProps={{ htmlInput: { spellCheck: false } }} sx={{ mt: 1 }} />
        </>
      )}
    </ActionDialog>
  )
}

/** Deleting a namespace takes everything in it along, so its name has to be typed. */
function Delete({ object, onClose }: { object: Namespace; onClose: () => void }) {
  const { t } = useTranslation()
  const api = useApi()
  const { name } = object.metadata
  const contents = useContents(name)
  const [typed, setTyped] = useState('')
  return (
    <ActionDialog title={`${t('action.delete')}: ${name}`} confirm={t('action.delete')} dangerous disabled={typed !== name} onClose={onClose} run={async () => { await api.remove(Namespaces, { name }); say(t('done.deleted', { kind: 'Namespace', name })) }}>
      <Typography>{t('namespaces.deleteBody', { name })}</Typography>
      <Box component="ul" sx={{ m: 0, pl: 5 }}>{contents.length === 0 ? <li>{t('common.none')}</li> : contents.map((c) => <li key={c.kind}>{c.kind}: {c.count}</li>)}</Box>
      <TextField label={t('namespaces.confirm', { name })} autoFocus value={typed} onChange={(e) => setTyped(e.target.value)} slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off' } }} sx={{ mt: 1 }} />
    </ActionDialog>
  )
}
const detailView: KindView<Namespace> = { ...view, sections: [...(view.sections ?? []), NamespaceUsage], remove: { dialog: Delete, when: (n) => !kept.has(n.metadata.name) } }

/** What is left in a namespace that is going. */
function Progress({ namespace: n }: { namespace: Namespace }) {
  const { t } = useTranslation()
  const left = useContents(n.metadata.name).reduce((a, c) => a + c.count, 0)
  const words = remaining(n)
  return words.length > 0 ? <Said text={words} /> : (left > 0 ? t('namespaces.contents', { count: left }) : t('namespaces.remaining'))
}

export default function NamespacesPage(address: Address) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const [creating, setCreating] = useState(false)
  const [deleting, setDeleting] = useState<Namespace>()
  const columns = useMemo<Column<Namespace>[]>(() => [
    { id: 'name', label: t('common.name'), width: 'minmax(140px, 1.5fr)', value: (n) => n.metadata.name },
    { id: 'status', vital: true, label: t('common.status'), width: 'minmax(110px, 1fr)', value: (n) => n.status?.phase ?? '', render: (n) => <StatusWord level={n.status?.phase === 'Active' ? 'ok' : 'working'}>{n.status?.phase ?? '–'}</StatusWord> },
    { id: 'progress', label: t('common.message'), width: 'minmax(140px, 3fr)', value: (n) => remaining(n).join(' '), render: (n) => (n.metadata.deletionTimestamp ? <Progress namespace={n} /> : '') },
    { id: 'age', label: t('common.age'), width: '64px', right: true, value: (n) => -Date.parse(n.metadata.creationTimestamp ?? ''), render: (n) => <Age time={n.metadata.creationTimestamp} /> },
    {
      id: 'actions', label: t('action.actions'), width: '190px', right: true, value: () => '', render: (n) => (
        <>
          <Button onClick={(e) => { e.stopPropagation(); chosenNamespace.set(n.metadata.name); navigate('/pods') }}>{t('namespaces.show')}</Button>
          {!kept.has(n.metadata.name) && !n.metadata.deletionTimestamp && <Button color="error" aria-label={`${t('action.delete')} ${n.metadata.name}`} onClick={(e) => { e.stopPropagation(); setDeleting(n) }}>{t('action.delete')}</Button>}
        </>
      ),
    },
  ], [t, navigate])
  const add = <Button variant="contained" startIcon={<AddIcon aria-hidden />} onClick={() => setCreating(true)} sx={{ flex: 'none' }}>{t('namespaces.new')}</Button>
  return (
    <>
      <ResourcePage type={Namespaces} title={t('namespaces.title')} path="/namespaces" columns={columns} action={add} empty={t('namespaces.empty')} chosen={chosenOf(address)} detail={(n) => <KindDetail key={n.metadata.uid} view={detailView} path="/namespaces" object={n} tab={address.tab} />} />
      {creating && <Create onClose={() => setCreating(false)} />}
      {deleting !== undefined && <Delete object={deleting} onClose={() => setDeleting(undefined)} />}
    </>
  )
}
