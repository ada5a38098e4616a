/** Deploy an image: one form, one Deployment, a Service when a port is given, a Namespace when it is new. */
import CloseIcon from '@mui/icons-material/Close'
import Alert from '@mui/material/Alert'
import Autocomplete from '@mui/material/Autocomplete'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import IconButton from '@mui/material/IconButton'
import LinearProgress from '@mui/material/LinearProgress'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { Deployments, Namespaces, Services } from '../../../shared/api/resources.ts'
import { toStatusError } from '../../../shared/errors.ts'
import { useApi, useResource, useValue } from '../../cache/hooks.ts'
import { chosenNamespace } from '../../lib/prefs.ts'
import { Said } from '../../ui/Said.tsx'
import { say } from '../../ui/snack.tsx'
import { SAMPLE_IMAGE, SAMPLE_PORT, emptyForm, objectsOf, serverFaults, validate, whole } from './model.ts'
import type { DeployForm, Fault, Field } from './model.ts'
import { usePresence } from './usePresence.ts'

export default function DeployDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const api = useApi()
  const [, navigate] = useLocation()
  const namespaces = useResource(Namespaces)
  const namespace = useValue(chosenNamespace)
  const [form, setForm] = useState<DeployForm>(() => emptyForm(namespace))
  const [touched, setTouched] = useState<ReadonlySet<Field>>(new Set())
  const [fromServer, setFromServer] = useState<Partial<Record<Field, string>>>({})
  const [error, setError] = useState('')
  const [made, setMade] = useState<string[]>([])
  const [busy, setBusy] = useState(false)
  const faults = validate(form)
  const presence = usePresence(form.image, faults.image === undefined)

  const say1 = (fault: Fault): string => {
    if (fault.key === 'invalid.tooLong') return t(fault.key, { max: fault.max ?? 0 })
    if (fault.key === 'invalid.integer') return t(fault.key, { min: fault.min ?? 0 })
    if (fault.key === 'invalid.range') return t(fault.key, { min: fault.min ?? 0, max: fault.max ?? 0 })
    return t(fault.key)
  }
  const change = (part: Partial<DeployForm>, field: Field): void => {
    setForm((f) => ({ ...f, ...part }))
    setFromServer((f) => Object.fromEntries(Object.entries(f).filter(([k]) => k !== field)))
  }
  const touch = (field: Field): void => setTouched((s) => new Set([...s, field]))
  const wrong = (field: Field): ReactNode => (fromServer[field] ? <Said text={fromServer[field]} /> : (touched.has(field) && faults[field] ? say1(faults[field]) : ''))
  const input = (field: Field, hint: ReactNode = ' ') => {
    const text = wrong(field)
    return { error: text !== '', helperText: text || hint, onBlur: () => touch(field), disabled: busy }
  }

  const isNew = faults.namespace === undefined && namespaces.state !== 'loading' && !namespaces.get(form.namespace)
  const plan = [
    ...(isNew ? [t('deploy.planNamespace', { name: form.namespace })] : []),
    t('deploy.planDeployment', { name: form.name || '…', count: whole(form.replicas) ?? 0 }),
    ...(form.port !== '' ? [t('deploy.planService', { name: form.name || '…', port: form.port })] : []),
  ]
  const deploy = async (): Promise<void> => {
    const all = Object.keys(faults) as Field[]
    if (all.length > 0) {
      setTouched(new Set(all))
      document.getElementById(`deploy-${all[0] ?? ''}`)?.focus()
      return
    }
    setBusy(true)
    setError('')
    setFromServer({})
    const { deployment, service } = objectsOf(form)
    const done = new Set(made)
    // What an earlier try has made is not made again, so that a second press goes on where the first one failed.
    const step = async (kind: 'Namespace' | 'Deployment' | 'Service', name: string, create: () => Promise<unknown>): Promise<boolean> => {
      const label = `${kind} ${name}`
      if (done.has(label)) return true
      try {
        await create()
        done.add(label)
        return true
      } catch (e) {
        const { fields, rest } = serverFaults(toStatusError(e).status, kind)
        setFromServer(fields)
        setError(rest)
        return false
      }
    }
    const ok =
      (!isNew || (await step('Namespace', form.namespace, () => api.create(Namespaces, { metadata: { name: form.namespace } })))) &&
      (await step('Deployment', `${form.namespace}/${form.name}`, () => api.create(Deployments, deployment))) &&
      (!service || (await step('Service', `${form.namespace}/${form.name}`, () => api.create(Services, service))))
    setMade([...done])
    setBusy(false)
    if (!ok) return
    say(t('deploy.done', { name: form.name }))
    if (namespace !== '' && namespace !== form.namespace) chosenNamespace.set(form.namespace)
    onClose()
    navigate(`/deployments/${form.namespace}/${form.name}`)
  }

  const imageHint = presence.state === 'checking' ? t('deploy.checking') : presence.state === 'present' ? t('deploy.present') : presence.state === 'pulled' ? t('deploy.pulled') : t('deploy.imageHint')
  const env = (i: number, part: Partial<DeployForm['env'][number]>): DeployForm['env'] => form.env.map((row, k) => (k === i ? { ...row, ...part } : row))
  const two = { display: 'grid', gridTemplateColumns: '1fr 1fr', columnGap: 3, rowGap: 3 }
  return (
    <Dialog open onClose={busy ? undefined : onClose} aria-labelledby="deploy-title" maxWidth="sm" fullWidth>
      <form noValidate onSubmit={(e) => { e.preventDefault(); if (!busy) void deploy() }}>
        <DialogTitle id="deploy-title">{t('deploy.title')}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 3, pt: '8px !important' }}>
          {error !== '' && <Alert severity="error" variant="outlined" sx={{ overflowWrap: 'anywhere' }}><Said text={error} /></Alert>}
          {made.length > 0 && (error !== '' || Object.keys(fromServer).length > 0) && <Alert severity="info" variant="outlined">{t('deploy.made', { what: made.join(', ') })}</Alert>}
          <Box sx={{ display: 'flex', gap: 2, alignItems: 'flex-start' }}>
            <TextField id="deploy-image" label={t('deploy.image')} required autoFocus value={form.image} onChange={(e) => change({ image: e.target.value }, 'image')} slotProps={{ htmlInput: { spellCheck: false, autoCapitalize: 'off' }, formHelperText: { role: 'status' } }} {...input('image', presence.state === 'invalid' ? presence.why : imageHint)} />
            <Button variant="outlined" disabled={busy} sx={{ height: 36, flex: 'none' }} onClick={() => change({ image: SAMPLE_IMAGE, ...(form.name === '' ? { name: 'hello' } : {}), ...(form.port === '' ? { port: SAMPLE_PORT } : {}) }, 'image')}>{t('deploy.sample')}</Button>
          </Box>
          <Box sx={two}>
            <TextField id="deploy-name" label={t('deploy.name')} required value={form.name} onChange={(e) => change({ name: e.target.value }, 'name')} slotProps={{ htmlInput: { spellCheck: false, autoCapitalize: 'off' } }} {...input('name', t('deploy.nameHint'))} />
            <Autocomplete
              freeSolo disableClearable disabled={busy} options={namespaces.items.map((n) => n.metadata.name).sort()} inputValue={form.namespace} onInputChange={(_, value) => change({ namespace: value }, 'namespace')}
              renderInput={(params) => <TextField {...params} id="deploy-namespace" label={t('common.namespace')} required {...input('namespace', isNew ? t('deploy.namespaceNew', { name: form.namespace }) : t('deploy.namespaceHint'))} />} id="deploy-namespace"
            />
            <TextField id="deploy-replicas" label={t('deploy.replicas')} required value={form.replicas} onChange={(e) => change({ replicas: e.target.value }, 'replicas')} slotProps={{ htmlInput: { inputMode: 'numeric' } }} {...input('replicas')} />
            <TextField id="deploy-port" label={t('deploy.port')} value={form.port} onChange={(e) => change({ port: e.target.value }, 'port')} slotProps={{ htmlInput: { inputMode: 'numeric' } }} {...input('port', t('deploy.portHint'))} />
          </Box>
          <Box role="group" aria-label={t('deploy.env')}>
            <Box sx={{ display: 'flex', alignItems: 'center', mb: 1 }}>
              <Typography variant="h3" component="h3" color="textSecondary" sx={{ flex: 1 }}>{t('deploy.env')}</Typography>
              <Button disabled={busy || form.env.length >= 100} onClick={() => setForm((f) => ({ ...f, env: [...f.env, { name: '', value: '' }] }))}>{t('deploy.envAdd')}</Button>
            </Box>
            {form.env.map((row, i) => (
              <Box key={i} sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr 32px', gap: 2, mb: 1, alignItems: 'start' }}>
                <TextField id={`deploy-env.${i}.name`} value={row.name} placeholder="NAME" onChange={(e) => change({ env: env(i, { name: e.target.value }) }, `env.${i}.name`)} slotProps={{ htmlInput: { 'aria-label': t('deploy.envName', { n: i + 1 }), spellCheck: false } }} {...input(`env.${i}.name`, '')} />
                <TextField id={`deploy-env.${i}.value`} value={row.value} placeholder="value" onChange={(e) => change({ env: env(i, { value: e.target.value }) }, `env.${i}.value`)} slotProps={{ htmlInput: { 'aria-label': t('deploy.envValue', { n: i + 1 }), spellCheck: false } }} {...input(`env.${i}.value`, '')} />
                <IconButton aria-label={t('deploy.envRemove', { n: i + 1 })} disabled={busy} onClick={() => setForm((f) => ({ ...f, env: f.env.filter((_, k) => k !== i) }))} sx={{ mt: 1 }}><CloseIcon sx={{ fontSize: 16 }} /></IconButton>
              </Box>
            ))}
          </Box>
        </DialogContent>
        <DialogActions>
          <Typography color="textSecondary" sx={{ flex: 1, fontSize: 12 }}>{busy ? t('deploy.working') : t('deploy.plan', { what: plan.join(', ') })}</Typography>
          <Button onClick={onClose} disabled={busy}>{t('action.cancel')}</Button>
          <Button type="submit" variant="contained" disabled={busy}>{t('action.deploy')}</Button>
        </DialogActions>
        {busy && <LinearProgress aria-label={t('deploy.working')} />}
      </form>
    </Dialog>
  )
}
