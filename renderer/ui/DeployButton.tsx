import AddIcon from '@mui/icons-material/Add'
import Button from '@mui/material/Button'
import { useTranslation } from 'react-i18next'
import { deployOpen } from '../shell/dialogs.ts'

export function DeployButton() {
  const { t } = useTranslation()
  return <Button variant="contained" startIcon={<AddIcon aria-hidden sx={{ fontSize: '16px !important' }} />} onClick={() => deployOpen.set(true)} sx={{ flex: 'none' }}>{t('action.deploy')}</Button>
}
