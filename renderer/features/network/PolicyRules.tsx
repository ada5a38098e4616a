import Box from '@mui/material/Box'
import { useTranslation } from 'react-i18next'
import type { NetworkPolicy } from '../../../shared/api/types.ts'
import { Mono, Section } from '../../ui/parts.tsx'
import { closed, rulesText } from './policy-text.ts'

export function PolicyRules({ object }: { object: NetworkPolicy }) {
  const { t } = useTranslation()
  const rules = [...rulesText(object), ...closed(object)]
  const any = (what: string): string => (what === '*' ? t('networkpolicies.any') : what)
  return (
    <Section title={t('networkpolicies.rules')}>
      {rules.length === 0 && <Box sx={{ color: 'text.secondary' }}>{t('networkpolicies.none')}</Box>}
      {rules.map((r, i) => (
        <Box key={i} sx={{ display: 'grid', gridTemplateColumns: '72px minmax(0, 2fr) minmax(0, 1fr)', gap: 3, py: 1, overflowWrap: 'anywhere' }}>
          <span>{t(r.direction === 'in' ? 'networkpolicies.in' : 'networkpolicies.out')}</span>{r.peers === '' ? <Box component="span" sx={{ color: 'text.secondary' }}>{t('networkpolicies.nobody')}</Box> : <Mono>{any(r.peers)}</Mono>}<Mono>{any(r.ports)}</Mono>
        </Box>
      ))}
    </Section>
  )
}
