/** The list of pages: 200 px, or 64 px with icons alone. */
import CollapseIcon from '@mui/icons-material/KeyboardDoubleArrowLeft'
import ExpandIcon from '@mui/icons-material/KeyboardDoubleArrowRight'
import Box from '@mui/material/Box'
import IconButton from '@mui/material/IconButton'
import Tooltip from '@mui/material/Tooltip'
import useMediaQuery from '@mui/material/useMediaQuery'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import type { ResourceType } from '../../shared/api/resources.ts'
import { useResource, useValue } from '../cache/hooks.ts'
import { chosenNamespace, railOpen } from '../lib/prefs.ts'
import { groups } from './pages.ts'
import type { Page } from './pages.ts'

function Count({ type }: { type: ResourceType }) {
  const namespace = useValue(chosenNamespace)
  const { items, state } = useResource(type, { namespace: type.namespaced ? namespace : '' })
  return state === 'loading' || state === 'error' ? null : <span className="count" aria-hidden>{items.length}</span>
}

function Entry({ page, open }: { page: Page; open: boolean }) {
  const { t } = useTranslation()
  const [location] = useLocation()
  const here = location === page.path || location.startsWith(`${page.path}/`)
  const Icon = page.icon
  return (
    <Tooltip title={open ? '' : t(page.label)} placement="right">
      <Link href={page.path} className="entry" aria-label={open ? undefined : t(page.label)} aria-current={here ? 'page' : undefined}>
        <Icon sx={{ fontSize: 17 }} aria-hidden />
        {open && <span className="name">{t(page.label)}</span>}
        {open && page.counts && <Count type={page.counts} />}
      </Link>
    </Tooltip>
  )
}

export function Rail() {
  const { t } = useTranslation()
  const wide = useMediaQuery('(min-width: 900px)')
  const open = useValue(railOpen) && wide
  return (
    <Box
      component="nav" aria-label={t('nav.label')}
      sx={{
        width: open ? 200 : 64, flex: 'none', display: 'flex', flexDirection: 'column', borderRight: '1px solid', borderColor: 'divider', backgroundColor: 'sunken', overflow: 'auto', px: open ? 2 : 3, pb: 2,
        '& .entry': { display: 'flex', alignItems: 'center', gap: '10px', height: 28, px: 2, borderRadius: '6px', color: 'text.secondary', textDecoration: 'none', justifyContent: open ? 'flex-start' : 'center', my: '1px' },
        '& .entry:hover': { backgroundColor: 'hover', color: 'text.primary' },
        '& .entry[aria-current]': { backgroundColor: 'color-mix(in srgb, var(--mui-palette-primary-main) 13%, transparent)', color: 'text.primary', fontWeight: 500 },
        '& .entry[aria-current] svg': { color: 'primary.main' },
        '& .name': { flex: 1, whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' },
        '& .count': { fontSize: 12, color: 'text.secondary', fontVariantNumeric: 'tabular-nums' },
        '& .label': { fontSize: 11.5, color: 'text.secondary', px: 2, pt: 3, pb: 1 },
        '& .gap': { height: 12, flex: 'none' },
      }}
    >
      <Box sx={{ height: 48, flex: 'none', display: 'flex', alignItems: 'center', gap: 2, px: open ? 2 : 0, justifyContent: open ? 'flex-start' : 'center', fontWeight: 600 }}>
        <Box component="svg" viewBox="0 0 24 24" aria-hidden sx={{ width: 20, color: 'primary.main', flex: 'none' }}>
          <path d="M12 2 21 7v10l-9 5-9-5V7z" fill="none" stroke="currentColor" strokeWidth="2" strokeLinejoin="round" />
          <circle cx="12" cy="12" r="3.2" fill="currentColor" />
        </Box>
        {open && t('app.name')}
      </Box>
      {groups.map((g, i) => (
        <div key={g.label ?? i} role="group" aria-label={g.label && t(g.label)}>
          {g.label && open ? <div className="label" aria-hidden>{t(g.label)}</div> : i > 0 && <div className="gap" />}
          {g.pages.map((p) => <Entry key={p.path} page={p} open={open} />)}
        </div>
      ))}
      <Box sx={{ flex: 1 }} />
      {wide && (
        <IconButton aria-label={t(open ? 'nav.collapse' : 'nav.expand')} onClick={() => railOpen.set(!open)} sx={{ alignSelf: open ? 'flex-end' : 'center' }}>
          {open ? <CollapseIcon sx={{ fontSize: 16 }} /> : <ExpandIcon sx={{ fontSize: 16 }} />}
        </IconButton>
      )}
    </Box>
  )
}
