/** The last requests, in words: who asked for what, and how it was answered. Always of one height. */
import Box from '@mui/material/Box'
import { useTranslation } from 'react-i18next'
import { levelOfCode } from '../audit/model.ts'
import { Mark } from '../../ui/status.tsx'
import { MOST_SHOWN, type Traffic } from './useTraffic.ts'

const LINE = 20

export function Lately({ latest }: { latest: Traffic['latest'] }) {
  const { t } = useTranslation()
  return (
    <Box component="ul" aria-label={t('architecture.lately')} sx={{ m: 0, mt: 2, p: 0, listStyle: 'none', height: LINE * MOST_SHOWN, overflow: 'hidden', fontSize: 12, color: 'text.secondary' }}>
      {latest.length === 0 && <li>{t('architecture.quiet')}</li>}
      {latest.map(({ key, request: r }) => {
        const what = `${r.verb} ${r.resource}${r.subresource && `/${r.subresource}`} ${r.name}`
        return (
          <Box component="li" key={key} title={`${r.user}: ${what}${r.namespace && ` (${r.namespace})`}: ${r.code}`} sx={{ height: LINE, display: 'flex', alignItems: 'center', gap: 1.5, '& > span': { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', minWidth: 0 } }}>
            <Mark level={levelOfCode(r.code)} />
            <Box component="span" sx={{ color: 'text.primary', flex: '2 1 0' }}>{what}</Box>
            <Box component="span" sx={{ flex: '1 1 0', textAlign: 'right' }}>{r.user.replace(/^(system:(node:)?|pilothouse-)/, '')}</Box>
          </Box>
        )
      })}
    </Box>
  )
}
