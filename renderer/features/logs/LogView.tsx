/** The lines of some pods, where they are a part of something else: in the dock, in a pod's or a workload's detail. */
import Box from '@mui/material/Box'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Go } from '../../ui/parts.tsx'
import { logsAddress } from './address.ts'
import { combined, Pane } from './Pane.tsx'
import { QueryField } from './QueryField.tsx'

/** @param scope a query that says whose lines @param single they are of one pod */
export default function LogView({ scope, single = false }: { scope: string; single?: boolean }) {
  const { t } = useTranslation()
  const [own, setOwn] = useState('')
  const query = combined(scope, own)
  return (
    <Box sx={{ height: '100%', minHeight: 160, display: 'flex', flexDirection: 'column' }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 3, px: 2, py: 1, borderBottom: '1px solid', borderColor: 'divider' }}>
        <QueryField query={own} onQuery={setOwn} label={t('logs.search')} placeholder={t('logs.searchHint')} />
        <Box sx={{ flex: 'none', pr: 2 }}><Go to={logsAddress({ query })}>{t('action.openLogs')}</Go></Box>
      </Box>
      <Box sx={{ flex: 1, minHeight: 0 }}><Pane query={query} label={t('logs.lines')} single={single} onQuery={(next) => setOwn(rest(next, scope))} /></Box>
    </Box>
  )
}
/** What a click has added: the scope is not to be seen twice. */
const rest = (query: string, scope: string): string => (query.startsWith(`${scope} `) ? query.slice(scope.length + 1) : query === scope ? '' : query)
