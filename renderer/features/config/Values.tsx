/** Values by their keys; a secret's are hidden until somebody asks, one by one or all. Each can be copied. */
import CopyIcon from '@mui/icons-material/ContentCopyOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ConfigMap, Secret } from '../../../shared/api/types.ts'
import { formatBytes } from '../../lib/format.ts'
import { MONO } from '../../theme/theme.ts'
import { Section } from '../../ui/parts.tsx'
import { say } from '../../ui/snack.tsx'
import { entriesOfMap, entriesOfSecret } from './values.ts'
import type { Entry } from './values.ts'

function Value({ entry, open, toggle }: { entry: Entry; open: boolean; toggle: (() => void) | undefined }) {
  const { t } = useTranslation()
  const copy = (): void => void navigator.clipboard.writeText(entry.text ?? '').then(() => say(t('config.copied', { key: entry.key })), (e: Error) => say(e.message))
  return (
    <Box sx={{ py: 1.5 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, minHeight: 28 }}>
        <Box sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>{entry.key}</Box>
        <Box sx={{ flex: 1, color: 'text.secondary', fontSize: 12 }}>{formatBytes(entry.bytes)}B</Box>
        {toggle && <Button aria-label={t(open ? 'config.hideKey' : 'config.showKey', { key: entry.key })} onClick={toggle}>{t(open ? 'config.hide' : 'config.show')}</Button>}
        {open && entry.text !== undefined && <IconButton aria-label={t('config.copy', { key: entry.key })} onClick={copy}><CopyIcon sx={{ fontSize: 15 }} /></IconButton>}
      </Box>
      {open && <Box component="pre" tabIndex={0} aria-label={entry.key} sx={{ m: 0, p: 2, maxHeight: 240, overflow: 'auto', backgroundColor: 'sunken', borderRadius: '6px', fontFamily: MONO, fontSize: 12, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', color: entry.text === undefined ? 'text.secondary' : 'text.primary' }}>{entry.text ?? t('config.binary')}</Box>}
    </Box>
  )
}

export function MapValues({ object }: { object: ConfigMap }) {
  const { t } = useTranslation()
  const entries = entriesOfMap(object)
  return <Section title={`${t('configmaps.keys')} · ${entries.length}`}>{entries.length === 0 ? <Box sx={{ color: 'text.secondary' }}>{t('common.none')}</Box> : entries.map((e) => <Value key={e.key} entry={e} open toggle={undefined} />)}</Section>
}

export function SecretValues({ object }: { object: Secret }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const entries = entriesOfSecret(object)
  const all = entries.length > 0 && entries.every((e) => open.has(e.key))
  const toggle = (key: string): void => setOpen((s) => new Set(s.has(key) ? [...s].filter((k) => k !== key) : [...s, key]))
  return (
    <Section title={`${t('configmaps.keys')} · ${entries.length}`} action={entries.length > 1 && <Button onClick={() => setOpen(new Set(all ? [] : entries.map((e) => e.key)))}>{t(all ? 'config.hideAll' : 'config.showAll')}</Button>}>
      {entries.length === 0 && <Box sx={{ color: 'text.secondary' }}>{t('common.none')}</Box>}
      {entries.map((e) => <Value key={e.key} entry={e} open={open.has(e.key)} toggle={() => toggle(e.key)} />)}
    </Section>
  )
}
