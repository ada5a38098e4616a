/** What can be done about images. */
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Checkbox from '@mui/material/Checkbox'
import FormControlLabel from '@mui/material/FormControlLabel'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Secrets } from '../../../shared/api/resources.ts'
import { toStatusError } from '../../../shared/errors.ts'
import type { ImageEntry, RegistryAccess } from '../../../shared/images.ts'
import { useResource, useServices } from '../../cache/hooks.ts'
import { ActionDialog } from '../../ui/ActionDialog.tsx'
import { say } from '../../ui/snack.tsx'
import { titleOf } from './model.ts'
import { WorkDialog } from './WorkDialog.tsx'

interface Props {
  onDone: () => void
  onClose: () => void
}
const plain = { spellCheck: false, autoComplete: 'off' } as const

/** Nobody, a Secret of the cluster, or a name and a password that are kept nowhere. */
function Access({ change }: { change: (a: RegistryAccess) => void }) {
  const { t } = useTranslation()
  const secrets = useResource(Secrets).items
  const [how, setHow] = useState('')
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const pull = useMemo(() => secrets.filter((s) => s.type === 'kubernetes.io/dockerconfigjson'), [secrets])
  const choose = (value: string): void => {
    setHow(value)
    const at = value.indexOf('/')
    change(value === 'typed' ? { username, password } : at > 0 ? { secret: { namespace: value.slice(0, at), name: value.slice(at + 1) } } : {})
  }
  return (
    <>
      <TextField select id="registry-access" label={t('images.access')} value={how} onChange={(e) => choose(e.target.value)} slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}>
        <MenuItem value="">{t('images.nobody')}</MenuItem>
        <MenuItem value="typed">{t('images.typed')}</MenuItem>
        {pull.map((s) => <MenuItem key={s.metadata.uid} value={`${s.metadata.namespace ?? ''}/${s.metadata.name}`}>{t('images.secret', { name: `${s.metadata.namespace ?? ''}/${s.metadata.name}` })}</MenuItem>)}
      </TextField>
      {how === 'typed' && (
        <Box sx={{ display: 'flex', gap: 3 }}>
          <TextField label={t('images.username')} value={username} onChange={(e) => { setUsername(e.target.value); change({ username: e.target.value, password }) }} slotProps={{ htmlInput: plain }} />
          <TextField label={t('images.password')} type="password" value={password} onChange={(e) => { setPassword(e.target.value); change({ username, password: e.target.value }) }} slotProps={{ htmlInput: plain }} />
        </Box>
      )}
    </>
  )
}

export function PullDialog({ onDone, onClose }: Props) {
  const { t } = useTranslation()
  const [image, setImage] = useState('')
  const [access, setAccess] = useState<RegistryAccess>({})
  return (
    <WorkDialog kind="images.pull" title={t('images.pull')} confirm={t('images.pull')} request={image.trim() === '' ? undefined : { image: image.trim(), ...access }} onDone={onDone} onClose={onClose}>
      <Typography>{t('images.pullBody')}</Typography>
      <TextField label={t('common.image')} autoFocus value={image} onChange={(e) => setImage(e.target.value)} slotProps={{ htmlInput: plain }} />
      <Access change={setAccess} />
    </WorkDialog>
  )
}

export function PushDialog({ image, onDone, onClose }: Props & { image: ImageEntry }) {
  const { t } = useTranslation()
  const { transport } = useServices()
  const names = image.names.filter((n) => !n.includes('@'))
  const [name, setName] = useState(names[0] ?? '')
  const [access, setAccess] = useState<RegistryAccess>({})
  const [fault, setFault] = useState('')
  const wanted = name.trim()
  // A name it has not yet is given to it first: where it is pushed to is part of the name.
  const tag = (): void => void transport.call('images.tag', { image: image.id, name: wanted }).then(() => { setFault(''); onDone() }, (e: unknown) => setFault(toStatusError(e).message))
  const known = names.includes(wanted)
  return (
    <WorkDialog kind="images.push" title={`${t('images.push')}: ${titleOf(image)}`} confirm={t('images.push')} request={known ? { image: wanted, ...access } : undefined} onDone={onDone} onClose={onClose}>
      <Typography>{t('images.pushBody')}</Typography>
      <TextField label={t('images.name')} autoFocus value={name} onChange={(e) => setName(e.target.value)} error={fault !== ''} helperText={fault || t('images.nameHint')} slotProps={{ htmlInput: plain }} />
      {!known && wanted !== '' && <Button variant="outlined" onClick={tag} sx={{ alignSelf: 'flex-start' }}>{t('images.giveName')}</Button>}
      <Access change={setAccess} />
    </WorkDialog>
  )
}

export function BuildDialog({ onDone, onClose }: Props) {
  const { t } = useTranslation()
  const { transport } = useServices()
  const [folder, setFolder] = useState('')
  const [typed, setTyped] = useState(false)
  const [tag, setTag] = useState('')
  const [dockerfile, setDockerfile] = useState('')
  const [noCache, setNoCache] = useState(false)
  const choose = (): void => void transport.call('images.chooseFolder', {}).then((r) => {
    setTyped(r.typed)
    if (r.folder !== null) setFolder(r.folder)
  }, (e: unknown) => say(toStatusError(e).message))
  const request = folder.trim() === '' || tag.trim() === '' ? undefined : { folder: folder.trim(), tag: tag.trim(), noCache, ...(dockerfile.trim() === '' ? {} : { dockerfile: dockerfile.trim() }) }
  return (
    <WorkDialog kind="images.build" title={t('images.build')} confirm={t('images.build')} request={request} onDone={onDone} onClose={onClose}>
      <Typography>{t('images.buildBody')}</Typography>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'flex-start' }}>
        <TextField label={t('images.folder')} value={folder} onChange={(e) => setFolder(e.target.value)} helperText={typed ? t('images.typeFolder') : ' '} slotProps={{ htmlInput: plain }} />
        <Button variant="outlined" onClick={choose} sx={{ flex: 'none', mt: 1 }}>{t('images.choose')}</Button>
      </Box>
      <TextField label={t('images.tag')} value={tag} onChange={(e) => setTag(e.target.value)} helperText={t('images.tagHint')} slotProps={{ htmlInput: plain }} />
      <TextField label="Dockerfile" value={dockerfile} placeholder="Dockerfile" onChange={(e) => setDockerfile(e.target.value)} slotProps={{ htmlInput: plain, inputLabel: { shrink: true } }} />
      <FormControlLabel control={<Checkbox size="small" checked={noCache} onChange={(e) => setNoCache(e.target.checked)} />} label={t('images.noCache')} />
    </WorkDialog>
  )
}

export function RemoveDialog({ image, onDone, onClose }: Props & { image: ImageEntry }) {
  const { t } = useTranslation()
  const { transport } = useServices()
  const [force, setForce] = useState(false)
  const title = titleOf(image)
  return (
    <ActionDialog title={`${t('images.remove')}: ${title}`} confirm={t('images.remove')} dangerous onClose={onClose} run={async () => { await transport.call('images.remove', { image: image.id, force }); say(t('images.removed', { name: title })); onDone() }}>
      <Typography>{t('images.removeBody', { count: image.names.length })}</Typography>
      <Box component="ul" sx={{ m: 0, pl: 5, overflowWrap: 'anywhere' }}>{(image.names.length > 0 ? image.names : [title]).map((n) => <li key={n}>{n}</li>)}</Box>
      {image.usedBy.length > 0 && (
        <>
          <Typography color="error">{t('images.usedBody', { count: image.usedBy.length })}</Typography>
          <FormControlLabel control={<Checkbox size="small" checked={force} onChange={(e) => setForce(e.target.checked)} />} label={t('images.force')} />
        </>
      )}
    </ActionDialog>
  )
}
