import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import type { Settings } from '../../../shared/ipc.ts'
import { useCluster, useServices, useValue } from '../../cache/hooks.ts'
import { part } from '../../lib/part.ts'
import { changeSettings, settings } from '../../shell/settings.ts'

const Destinations = part(() => import('../shipping/Destinations.tsx'))

export default function SettingsPage() {
  const { t } = useTranslation()
  const { transport } = useServices()
  const cluster = useCluster()
  const { language, theme } = useValue(settings)
  return (
    <Box sx={{ height: '100%', overflow: 'auto' }}>
      <Box sx={{ px: 4, height: 48, display: 'flex', alignItems: 'center', borderBottom: '1px solid', borderColor: 'divider' }}><Typography variant="h1">{t('settings.title')}</Typography></Box>
      <Box sx={{ p: 4, display: 'grid', gap: 4, maxWidth: 360 }}>
        <TextField select id="settings-language" label={t('settings.language')} value={language} onChange={(e) => void changeSettings(transport, { language: e.target.value as Settings['language'] })}>
          <MenuItem value="system">{t('settings.languageSystem')}</MenuItem><MenuItem value="en" lang="en">English</MenuItem><MenuItem value="ko" lang="ko">한국어</MenuItem>
        </TextField>
        <TextField select id="settings-theme" label={t('settings.theme')} value={theme} onChange={(e) => void changeSettings(transport, { theme: e.target.value as Settings['theme'] })}>
          <MenuItem value="system">{t('settings.themeSystem')}</MenuItem><MenuItem value="light">{t('settings.themeLight')}</MenuItem><MenuItem value="dark">{t('settings.themeDark')}</MenuItem>
        </TextField>
      </Box>
      <Box sx={{ px: 4, pb: 4, maxWidth: 720, display: 'grid', gap: 4 }}>
        <Suspense fallback={null}><Destinations /></Suspense>
        {cluster && <Box><Typography variant="h3" component="h2" color="textSecondary" sx={{ mb: 1 }}>{t('settings.about')}</Typography>{t('settings.version', { version: cluster.version, kubernetes: cluster.kubernetesVersion })}</Box>}
      </Box>
    </Box>
  )
}
