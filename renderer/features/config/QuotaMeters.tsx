import Box from '@mui/material/Box'
import { useTranslation } from 'react-i18next'
import type { ResourceQuota } from '../../../shared/api/types.ts'
import { Meter, Section } from '../../ui/parts.tsx'
import { quotaLines } from './quota.ts'

export function QuotaMeters({ object }: { object: ResourceQuota }) {
  const { t } = useTranslation()
  return (
    <Section title={t('quotas.used')}>
      <Box sx={{ display: 'grid', gap: 3 }}>{quotaLines(object).map((l) => <Meter key={l.name} label={l.name} share={l.share} words={t('overview.of', { used: l.used, total: l.hard })} />)}</Box>
    </Section>
  )
}
