import AddIcon from '@mui/icons-material/Add'
import Button from '@mui/material/Button'
import { useTranslation } from 'react-i18next'
import { createText } from '../shell/dialogs.ts'

/** Opens the dialog for new objects with an example of a kind. */
export function CreateButton({ template, kind }: { template: string; kind: string }) {
  const { t } = useTranslation()
  return <Button variant="contained" startIcon={<AddIcon aria-hidden sx={{ fontSize: '16px !important' }} />} onClick={() => createText.set(template)} sx={{ flex: 'none' }}>{t('action.new', { kind })}</Button>
}
