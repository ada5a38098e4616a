/** Every page, action and object, by name, from the keyboard. */
import Box from '@mui/material/Box'
import Dialog from '@mui/material/Dialog'
import InputBase from '@mui/material/InputBase'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { Deployments, Namespaces, Nodes, Pods, Services } from '../../shared/api/resources.ts'
import { useResource, useServices, useValue } from '../cache/hooks.ts'
import type { KubeObject } from '../../shared/api/meta.ts'
import type { ResourceType } from '../../shared/api/resources.ts'
import { addressIn, nameOf } from '../kinds/catalog.ts'
import { served } from '../kinds/discovery.ts'
import { pathOfType } from '../kinds/links.tsx'
import { createText, deployOpen, helpOpen, objectActions } from './dialogs.ts'
import { groupsOf } from './pages.ts'
import { changeSettings } from './settings.ts'

interface Item {
  id: string
  group: string
  label: string
  note?: string
  run: () => void
}
const MOST = 40
/** Of each kind that is not watched anyway, so many objects can be found. */
const MOST_OTHERS = '200'
const WATCHED = new Set(['deployments.apps', 'services', 'nodes', 'namespaces', 'pods', 'events', 'events.events.k8s.io', 'nodes.metrics.k8s.io', 'pods.metrics.k8s.io'])

/** The objects of all other kinds, as they were when the palette was opened. */
function useOthers(): readonly { type: ResourceType; object: KubeObject }[] {
  const { api } = useServices()
  const all = useValue(served)
  const [found, setFound] = useState<readonly { type: ResourceType; object: KubeObject }[]>([])
  useEffect(() => {
    const stop = new AbortController()
    const types = [...(all?.types.values() ?? [])].filter((type) => !WATCHED.has(nameOf(type)))
    // A kind that cannot be read is not found; its page says why.
    const lists = types.map((type) => api.list(type, { limit: MOST_OTHERS }, stop.signal).then(({ items }) => items.map((object) => ({ type, object })), () => []))
    void Promise.all(lists).then((l) => { if (!stop.signal.aborted) setFound(l.flat()) })
    return () => stop.abort()
  }, [api, all])
  return found
}

export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const { transport } = useServices()
  const [, navigate] = useLocation()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const all = useValue(served)
  const objects = [useResource(Deployments).items, useResource(Services).items, useResource(Nodes).items, useResource(Namespaces).items, useResource(Pods).items] as const

  const toObject = useValue(objectActions)
  const others = useOthers()
  const fixed = useMemo<Item[]>(() => [
    ...toObject.map((a) => ({ ...a, group: t('palette.object') })),
    ...groupsOf(all).flatMap((g) => g.pages).map((p) => ({ id: p.path, group: t('palette.pages'), label: t(p.label), run: () => navigate(p.path) })),
    { id: 'deploy', group: t('palette.actions'), label: t('deploy.title'), run: () => deployOpen.set(true) },
    { id: 'create', group: t('palette.actions'), label: t('create.title'), run: () => createText.set('') },
    { id: 'dark', group: t('palette.actions'), label: t('palette.themeDark'), run: () => void changeSettings(transport, { theme: 'dark' }) },
    { id: 'light', group: t('palette.actions'), label: t('palette.themeLight'), run: () => void changeSettings(transport, { theme: 'light' }) },
    { id: 'help', group: t('palette.actions'), label: t('help.title'), run: () => helpOpen.set(true) },
  ], [t, navigate, transport, all, toObject])

  const needle = text.trim().toLowerCase()
  const items = fixed.filter((i) => i.label.toLowerCase().includes(needle))
  if (needle !== '') {
    const kinds = ['Deployment', 'Service', 'Node', 'Namespace', 'Pod']
    const paths = ['/deployments', '/services', '/nodes', '/namespaces', '/pods']
    objects.forEach((list, k) => {
      for (const o of list) {
        if (items.length >= MOST) return
        const { name, namespace } = o.metadata
        if (!name.includes(needle)) continue
        const run = (): void => {
          navigate(`${paths[k] ?? ''}/${namespace ? `${namespace}/` : ''}${name}`)
        }
        items.push({ id: `${kinds[k] ?? ''}/${namespace ?? ''}/${name}`, group: t('palette.objects'), label: name, note: [kinds[k], namespace].filter(Boolean).join(' · '), run })
      }
    })
  }
  if (needle !== '')
    for (const { type, object } of others) {
      if (items.length >= MOST) break
      const { name, namespace } = object.metadata
      if (name.includes(needle)) items.push({ id: `${nameOf(type)}/${namespace ?? ''}/${name}`, group: t('palette.objects'), label: name, note: [type.kind, namespace].filter(Boolean).join(' · '), run: () => navigate(addressIn(pathOfType(type), object.metadata)) })
    }
  const current = Math.min(at, items.length - 1)
  const choose = (item: Item | undefined): void => {
    if (!item) return
    onClose()
    item.run()
  }
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth slotProps={{ paper: { 'aria-label': t('palette.title'), 'aria-labelledby': undefined }, container: { sx: { alignItems: 'flex-start', pt: '10vh' } } }}>
      <InputBase
        autoFocus fullWidth value={text} placeholder={t('palette.placeholder')} sx={{ px: 4, height: 48, fontSize: 15, borderBottom: '1px solid', borderColor: 'divider', flex: 'none' }}
        onChange={(e) => { setText(e.target.value); setAt(0) }}
        inputProps={{ role: 'combobox', 'aria-expanded': true, 'aria-controls': 'palette-list', 'aria-label': t('palette.title'), 'aria-activedescendant': items[current] && `palette-${items[current].id}` }}
        onKeyDown={(e) => {
          if (e.key === 'ArrowDown') setAt(Math.min(items.length - 1, current + 1))
          else if (e.key === 'ArrowUp') setAt(Math.max(0, current - 1))
          else if (e.key === 'Enter') choose(items[current])
          else return
          e.preventDefault()
        }}
      />
      <Box id="palette-list" role="listbox" aria-label={t('palette.title')} sx={{ overflow: 'auto', maxHeight: '50vh', p: 1.5 }}>
        {items.length === 0 && <Box sx={{ p: 4, color: 'text.secondary', textAlign: 'center' }}>{t('palette.empty')}</Box>}
        {items.map((item, i) => (
          <Box key={item.id}>
            {items[i - 1]?.group !== item.group && <Box aria-hidden sx={{ px: 2.5, pt: i === 0 ? 1 : 3, pb: 1, fontSize: 11.5, color: 'text.secondary' }}>{item.group}</Box>}
            <Box
              id={`palette-${item.id}`} role="option" aria-selected={i === current} onClick={() => choose(item)} onMouseMove={() => setAt(i)} ref={(el: HTMLElement | null) => { if (i === current) el?.scrollIntoView({ block: 'nearest' }) }}
              sx={{ px: 2.5, height: 30, display: 'flex', alignItems: 'center', gap: 2, borderRadius: '6px', cursor: 'default', backgroundColor: i === current ? 'hover' : 'transparent' }}
            >
              <Box component="span" sx={{ flex: 1, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{item.label}</Box>
              <Box component="span" sx={{ color: 'text.secondary', fontSize: 12 }}>{item.note}</Box>
            </Box>
          </Box>
        ))}
      </Box>
    </Dialog>
  )
}
