/** What can be done to an object: the usual things as buttons, the rest in a menu, each with a dialog that asks first. */
import MoreIcon from '@mui/icons-material/MoreHorizOutlined'
import Button from '@mui/material/Button'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import { useEffect, useId, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { KubeObject } from '../../shared/api/meta.ts'
import { useLatest } from '../lib/latest.ts'
import { objectActions } from '../shell/dialogs.ts'
import { useKey } from '../ui/useKey.ts'
import { DeleteDialog } from './actions/DeleteDialog.tsx'
import { LabelsDialog } from './actions/LabelsDialog.tsx'
import type { Action, KindView } from './view.ts'

interface Props<T extends KubeObject> {
  view: KindView<T>
  object: T
  path: string
  before?: ReactNode
}
export function Actions<T extends KubeObject>({ view, object, path, before }: Props<T>) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const [open, setOpen] = useState<string>()
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const menuId = useId()
  const leaving = object.metadata.deletionTimestamp !== undefined
  const shown = (view.actions ?? []).filter((a) => !leaving && (a.when?.(object) ?? true))
  const close = (): void => setOpen(undefined)
  const edit = (): void => navigate(`${path}/yaml`, { replace: true })
  const removable = view.remove?.when(object) ?? true
  const Remove = view.remove?.dialog
  useKey('Delete', () => removable && setOpen('delete'))
  useKey('e', edit)
  useKey('r', () => { const a = shown.find((x) => x.key === 'r'); if (a) setOpen(a.id) })
  const chosen: Action<T> | undefined = shown.find((a) => a.id === open)
  // Told again only when there is something else to do, or something else to do it to.
  const offered = shown.map((a) => a.id).join()
  const { name, uid } = object.metadata
  const chosenFrom = useLatest(shown)
  useEffect(() => {
    const one = (id: string, label: string) => ({ id: `${uid ?? name} ${id}`, label: `${label}: ${name}`, run: () => setOpen(id) })
    objectActions.set([...chosenFrom.current.map((a) => one(a.id, t(a.label))), one('labels', t('action.labels')), ...(removable ? [one('delete', t('action.delete'))] : [])])
    return () => objectActions.set([])
  }, [offered, name, uid, removable, t, chosenFrom])
  const pick = (id: string): void => {
    setAnchor(null)
    setOpen(id)
  }
  const rest = shown.filter((a) => !a.prominent)
  return (
    <>
      {before}
      {shown.filter((a) => a.prominent).map((a) => <Button key={a.id} variant="outlined" color={a.dangerous ? 'error' : 'primary'} onClick={() => setOpen(a.id)}>{t(a.label)}</Button>)}
      {removable && <Button variant="outlined" color="error" onClick={() => setOpen('delete')}>{t('action.delete')}</Button>}
      <Button variant="outlined" aria-label={t('action.more')} aria-haspopup="menu" aria-expanded={anchor !== null} aria-controls={anchor ? menuId : undefined} onClick={(e) => setAnchor(e.currentTarget)} sx={{ px: 1.5 }}><MoreIcon sx={{ fontSize: 18 }} /></Button>
      <Menu id={menuId} open={anchor !== null} anchorEl={anchor} onClose={() => setAnchor(null)}>
        {rest.map((a) => <MenuItem key={a.id} onClick={() => pick(a.id)} sx={a.dangerous ? { color: 'error.main' } : {}}>{t(a.label)}</MenuItem>)}
        <MenuItem onClick={() => { setAnchor(null); edit() }}>{t('action.editYaml')}</MenuItem>
        <MenuItem onClick={() => pick('labels')}>{t('action.labels')}</MenuItem>
      </Menu>
      {chosen && <chosen.dialog object={object} onClose={close} />}
      {open === 'labels' && <LabelsDialog type={view.type} object={object} onClose={close} />}
      {open === 'delete' && Remove && <Remove object={object} onClose={close} />}
      {open === 'delete' && !Remove && <DeleteDialog type={view.type} object={object} onClose={close} />}
    </>
  )
}
