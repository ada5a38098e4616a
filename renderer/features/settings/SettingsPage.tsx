import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LOG_LIMITS, PAST_LIMITS, type Settings } from '../../../shared/ipc.ts'
import { useCluster, useServices, useValue } from '../../cache/hooks.ts'
import { part } from '../../lib/part.ts'
import { changeSettings, settings } from '../../shell/settings.ts'

const Destinations = part(() => import('../shipping/Destinations.tsx'))

/** A whole number, taken when the field is left or Enter is pressed; what is out of its limits is not taken. */
function Whole({ label, value, limits: [least, most], onChange }: { label: string; value: number; limits: readonly [number, number]; onChange: (value: number) => void }) {
  const [text, setText] = useState<string>()
  const n = Number(text ?? value)
  const wrong = !Number.isInteger(n) || n < least || n > most || text === ''
  const take = (): void => {
    if (!wrong && n !== value) onChange(n)
    setText(undefined)
  }
  return <TextField label={label} value={text ?? String(value)} error={wrong} helperText={`${least} – ${most}`} slotProps={{ htmlInput: { inputMode: 'numeric' } }} onChange={(e) => setText(e.target.value)} onBlur={take} onKeyDown={(e) => { if (e.key === 'Enter') take() }} />
}

export default function SettingsPage() {
  const { t } = useTranslation()
  const { transport } = useServices()
  const cluster = useCluster()
  const { language, theme, keptPast, keptLogs } = useValue(settings)
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
        <Box component="fieldset" sx={{ m: 0, p: 0, border: 0, display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 2 }}>
          <Box component="legend" sx={{ p: 0, mb: 2, color: 'text.secondary' }}>{t('history.kept')}</Box>
          {(['hours', 'megabytes'] as const).map((name) => <Whole key={name} label={t(`history.${name}`)} value={keptPast[name]} limits={PAST_LIMITS[name]} onChange={(n) => void changeSettings(transport, { keptPast: { ...keptPast, [name]: n } })} />)}
        </Box>
        <Box component="fieldset" sx={{ m: 0, p: 0, border: 0, display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 2 }}>
          <Box component="legend" sx={{ p: 0, mb: 2, color: 'text.secondary' }}>{t('logs.kept')}</Box>
          {(['days', 'megabytes'] as const).map((name) => <Whole key={name} label={t(`logs.${name}`)} value={keptLogs[name]} limits={LOG_LIMITS[name]} onChange={(n) => void changeSettings(transport, { keptLogs: { ...keptLogs, [name]: n } })} />)}
        </Box>
      </Box>
      <Box sx={{ px: 4, pb: 4, maxWidth: 720, display: 'grid', gap: 4 }}>
        <Destinations />
        {cluster && <Box><Typography variant="h3" component="h2" color="textSecondary" sx={{ mb: 1 }}>{t('settings.about')}</Typography>{t('settings.version', { version: cluster.version, kubernetes: cluster.kubernetesVersion })}</Box>}
      </Box>
    </Box>
  )
}
