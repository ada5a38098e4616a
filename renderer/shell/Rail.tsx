/** The list of pages: 224 px, or 64 px with icons alone. */
import CollapseIcon from '@mui/icons-material/KeyboardDoubleArrowLeft'
import FoldIcon from '@mui/icons-material/KeyboardArrowDown'
import ExpandIcon from '@mui/icons-material/KeyboardDoubleArrowRight'
import Box from '@mui/material/Box'
import IconButton from '@mui/material/IconButton'
import Tooltip from '@mui/material/Tooltip'
import useMediaQuery from '@mui/material/useMediaQuery'
import { useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { useValue } from '../cache/hooks.ts'
import { nameOf } from '../kinds/catalog.ts'
import { served } from '../kinds/discovery.ts'
import { counts, useServed } from '../kinds/useServed.ts'
import { foldedGroups, railOpen } from '../lib/prefs.ts'
import { groupsOf } from './pages.ts'
import type { Group, Page } from './pages.ts'
import { fetchAhead } from './page-parts.ts'

function Entry({ page, open, count }: { page: Page; open: boolean; count: number | undefined }) {
  const { t } = useTranslation()
  const [location] = useLocation()
  const here = location === page.path || location.startsWith(`${page.path}/`)
  const Icon = page.icon
  const entry = useRef<HTMLAnchorElement>(null)
  useEffect(() => {
    if (here) entry.current?.scrollIntoView({ block: 'nearest' })
  }, [here])
  const nameOfPage = t(page.label)
  return (
    <Tooltip title={open ? '' : nameOfPage} placement="right">
      <Link ref={entry} href={page.path} onPointerEnter={() => fetchAhead(page.path)} onFocus={() => fetchAhead(page.path)} className="entry" aria-label={open ? undefined : nameOfPage} aria-current={here ? 'page' : undefined}>
        <Icon sx={{ fontSize: 17 }} aria-hidden />
        {open && <span className="name" title={nameOfPage}>{nameOfPage}</span>}
        {open && !!count && <span className="count" aria-hidden>{count}</span>}
      </Link>
    </Tooltip>
  )
}

/** A named group can be folded; the page that is open is always in sight. */
function RailGroup({ group, open, first }: { group: Group; open: boolean; first: boolean }) {
  const { t } = useTranslation()
  const [location] = useLocation()
  const known = useValue(counts)
  const all = useValue(foldedGroups)
  const folded = open && group.label !== undefined && all.includes(group.id)
  const here = (p: Page): boolean => location === p.path || location.startsWith(`${p.path}/`)
  const pages = folded ? group.pages.filter(here) : group.pages
  const toggle = (): void => foldedGroups.set(folded ? all.filter((id) => id !== group.id) : [...all, group.id])
  return (
    <div role="group" aria-label={group.label && t(group.label)}>
      {group.label && open ? <button type="button" className="label" aria-expanded={!folded} onClick={toggle}>{t(group.label)}<FoldIcon aria-hidden sx={{ fontSize: 14, transform: folded ? 'rotate(-90deg)' : 'none' }} /></button> : !first && <div className="gap" />}
      {pages.map((p) => <Entry key={p.path} page={p} open={open} count={p.type && known[nameOf(p.type)]} />)}
    </div>
  )
}

export function Rail() {
  const { t } = useTranslation()
  useServed()
  const all = useValue(served)
  const groups = useMemo(() => groupsOf(all), [all])
  const wide = useMediaQuery('(min-width: 900px)')
  const open = useValue(railOpen) && wide
  return (
    <Box
      component="nav" aria-label={t('nav.label')}
      sx={{
        width: open ? 224 : 64, flex: 'none', display: 'flex', flexDirection: 'column', borderRight: '1px solid', borderColor: 'divider', backgroundColor: 'sunken', overflow: 'auto', px: open ? 2 : 3, pb: 2,
        '& .entry': { display: 'flex', alignItems: 'center', gap: '8px', height: 28, px: 1.5, borderRadius: '6px', color: 'text.secondary', textDecoration: 'none', justifyContent: open ? 'flex-start' : 'center', my: '1px' },
        '& .entry:hover': { backgroundColor: 'hover', color: 'text.primary' },
        '& .entry[aria-current]': { backgroundColor: 'color-mix(in srgb, var(--mui-palette-primary-main) 13%, transparent)', color: 'text.primary', fontWeight: 500 },
        '& .entry[aria-current] svg': { color: 'primary.main' },
        '& .name': { flex: 1, whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' },
        '& .count': { fontSize: 12, color: 'text.secondary', fontVariantNumeric: 'tabular-nums' },
        '& .label': { all: 'unset', boxSizing: 'border-box', width: '100%', display: 'flex', alignItems: 'center', justifyContent: 'space-between', cursor: 'pointer', fontSize: 11.5, color: 'text.secondary', px: 1.5, mt: 2, height: 24, borderRadius: '6px', '& svg': { opacity: 0 }, '&[aria-expanded=false] svg, &:hover svg, &:focus-visible svg': { opacity: 1 }, '&:hover': { color: 'text.primary' }, '&:focus-visible': { outline: '2px solid var(--mui-palette-primary-main)' } },
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
      {groups.map((g, i) => <RailGroup key={g.id} group={g} open={open} first={i === 0} />)}
      <Box sx={{ flex: 1 }} />
      {wide && (
        <IconButton aria-label={t(open ? 'nav.collapse' : 'nav.expand')} onClick={() => railOpen.set(!open)} sx={{ alignSelf: open ? 'flex-end' : 'center' }}>
          {open ? <CollapseIcon sx={{ fontSize: 16 }} /> : <ExpandIcon sx={{ fontSize: 16 }} />}
        </IconButton>
      )}
    </Box>
  )
}
