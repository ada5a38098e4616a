/** How many alerts there are, in the top bar; the way to them. Nothing while there are none. */
import AlertIcon from '@mui/icons-material/NotificationImportantOutlined'
import Button from '@mui/material/Button'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useServices, useValue } from '../../cache/hooks.ts'
import { alertState, countOf, followAlerts } from './state.ts'

export function AlertsButton() {
  const { t } = useTranslation()
  const { transport } = useServices()
  const state = useValue(alertState)
  useEffect(() => followAlerts(transport), [transport])
  const count = countOf(state)
  if (count === 0) return null
  const failed = state.alerts.some((a) => !a.silenced && a.level === 'failed')
  return <Button component={Link} href="/alerts" variant="outlined" startIcon={<AlertIcon aria-hidden sx={{ fontSize: '15px !important' }} />} sx={{ whiteSpace: 'nowrap', flex: 'none', color: failed ? 'level.failed' : 'level.warning' }}>{t('alerts.count', { count })}</Button>
}
