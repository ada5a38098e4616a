import AddIcon from '@mui/icons-material/Add'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { ConfigMaps, Deployments, Namespaces, Pods, ReplicaSets, Secrets, Services } from '../../../shared/api/resources.ts'
import type { ResourceType } from '../../../shared/api/resources.ts'
import type { Namespace } from '../../../shared/api/types.ts'
import { useApi, useResource } from '../../cache/hooks.ts'
import { Age } from '../../lib/clock.tsx'
import { chosenNamespace } from '../../lib/prefs.ts'
import { ActionDialog } from '../../ui/ActionDialog.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { ResourcePage } from '../../ui/ResourcePage.tsx'
import { say } from '../../ui/snack.tsx'
import { StatusWord } from '../../ui/status.tsx'

const kept = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease'])
/** What still stands in the way of a namespace's end, in the namespace controller's words. */
const remaining = (n: Namespace): string => n.status?.conditions?.filter((c) => c.status === 'True' && c.message).map((c) => c.message).join(' ') ?? ''

/** How many objects of a kind each namespace holds; counted again only when that kind changes. */
function useCounts(type: ResourceType): ReadonlyMap<string, number> {
  const { items } = useResource(type)
  return useMemo(() => {
    const counts = new Map<string, number>()
    for (const { metadata } of items) counts.set(metadata.namespace ?? '', (counts.get(metadata.namespace ?? '') ?? 0) + 1)
    return counts
  }, [items])
}

type Contents = (namespace: string) => { kind: string; count: number }[]
function useContents(): { contents: Contents; pods: ReadonlyMap<string, number> } {
  const [deployments, sets, pods, services, maps, secrets] = [useCounts(Deployments), useCounts(ReplicaSets), useCounts(Pods), useCounts(Services), useCounts(ConfigMaps), useCounts(Secrets)]
  const contents = useCallback<Contents>((namespace) => {
    const counts = { Deployment: deployments, ReplicaSet: sets, Pod: pods, Service: services, ConfigMap: maps, Secret: secrets }
    return Object.entries(counts).map(([kind, map]) => ({ kind, count: map.get(namespace) ?? 0 })).filter((x) => x.count > 0)
  }, [deployments, sets, pods, services, maps, secrets])
  return { contents, pods }
}

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

function Delete({ name, contents, onClose }: { name: string; contents: { kind: string; count: number }[]; onClose: () => void }) {
  const { t } = useTranslation()
  const api = useApi()
  const [typed, setTyped] = useState('')
  return (
    <ActionDialog title={`${t('action.delete')}: ${name}`} confirm={t('action.delete')} dangerous disabled={typed !== name} onClose={onClose} run={async () => { await api.remove(Namespaces, { name }); say(t('done.deleted', { kind: 'Namespace', name })) }}>
      <Typography>{t('namespaces.deleteBody', { name })}</Typography>
      <Box component="ul" sx={{ m: 0, pl: 5 }}>{contents.length === 0 ? <li>{t('common.none')}</li> : contents.map((c) => <li key={c.kind}>{c.kind}: {c.count}</li>)}</Box>
      <TextField label={t('namespaces.confirm', { name })} autoFocus value={typed} onChange={(e) => setTyped(e.target.value)} slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off' } }} sx={{ mt: 1 }} />
    </ActionDialog>
  )
}

export default function NamespacesPage() {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const [creating, setCreating] = useState(false)
  const [deleting, setDeleting] = useState<string>()
  const { contents, pods: counts } = useContents()
  const columns = useMemo<Column<Namespace>[]>(() => {
    const left = (n: Namespace): number => (n.metadata.deletionTimestamp ? contents(n.metadata.name).reduce((a, c) => a + c.count, 0) : 0)
    return [
      { id: 'name', label: t('common.name'), width: 'minmax(140px, 1.5fr)', value: (n) => n.metadata.name },
      { id: 'status', vital: true, label: t('common.status'), width: 'minmax(110px, 1fr)', value: (n) => n.status?.phase ?? '', render: (n) => <StatusWord level={n.status?.phase === 'Active' ? 'ok' : 'working'}>{n.status?.phase ?? '–'}</StatusWord> },
      { id: 'pods', label: t('nav.pods'), width: '64px', right: true, value: (n) => counts.get(n.metadata.name) ?? 0 },
      { id: 'progress', label: t('common.message'), width: 'minmax(140px, 3fr)', value: remaining, render: (n) => (n.metadata.deletionTimestamp ? remaining(n) || (left(n) > 0 ? t('namespaces.contents', { count: left(n) }) : t('namespaces.remaining')) : '') },
      { id: 'age', label: t('common.age'), width: '64px', right: true, value: (n) => -Date.parse(n.metadata.creationTimestamp ?? ''), render: (n) => <Age time={n.metadata.creationTimestamp} /> },
      {
        id: 'actions', label: t('action.actions'), width: '190px', right: true, value: () => '', render: (n) => (
          <>
            <Button onClick={() => { chosenNamespace.set(n.metadata.name); navigate('/pods') }}>{t('namespaces.show')}</Button>
            {!kept.has(n.metadata.name) && !n.metadata.deletionTimestamp && <Button color="error" aria-label={`${t('action.delete')} ${n.metadata.name}`} onClick={() => setDeleting(n.metadata.name)}>{t('action.delete')}</Button>}
          </>
        ),
      },
    ]
  }, [t, counts, navigate, contents])
  const add = <Button variant="contained" startIcon={<AddIcon aria-hidden />} onClick={() => setCreating(true)} sx={{ flex: 'none' }}>{t('namespaces.new')}</Button>
  return (
    <>
      <ResourcePage type={Namespaces} title={t('namespaces.title')} path="/namespaces" columns={columns} action={add} empty={t('namespaces.empty')} />
      {creating && <Create onClose={() => setCreating(false)} />}
      {deleting !== undefined && <Delete name={deleting} contents={contents(deleting)} onClose={() => setDeleting(undefined)} />}
    </>
  )
}
