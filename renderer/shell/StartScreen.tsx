/** While there is no cluster yet, or no longer: its named steps, and what went wrong. */
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useTranslation } from 'react-i18next'
import type { ClusterState } from '../../shared/ipc.ts'
import type { Key } from '../i18n/i18n.ts'
import type { Level } from '../theme/theme.ts'
import { Mark } from '../ui/status.tsx'

const levels: Record<ClusterState['steps'][number]['state'], Level> = { waiting: 'waiting', running: 'working', done: 'ok', failed: 'failed' }
const titles: Record<ClusterState['phase'], Key> = { starting: 'start.title', failed: 'start.failed', stopping: 'start.stopping', stopped: 'start.stopped', ready: 'start.title' }

export function StartScreen({ state }: { state: ClusterState }) {
  const { t } = useTranslation()
  return (
    <Box role={state.phase === 'failed' ? 'alert' : 'status'} sx={{ height: '100%', overflow: 'auto', display: 'flex', flexDirection: 'column', alignItems: 'center', justifyContent: 'center', gap: 4, p: 6 }}>
      <Typography variant="h1">{t(titles[state.phase])}</Typography>
      {state.message !== '' && <Typography color={state.phase === 'failed' ? 'error' : 'textSecondary'} sx={{ maxWidth: 560, textAlign: 'center', overflowWrap: 'anywhere' }}>{state.message}</Typography>}
      <Box component="ol" sx={{ m: 0, p: 0, listStyle: 'none', width: 320, display: 'grid', gap: 1.5 }}>
        {(state.phase === 'starting' || state.phase === 'failed') && state.steps.map((s) => (
          <Box component="li" key={s.name} sx={{ display: 'flex', alignItems: 'center', gap: 3, color: s.state === 'waiting' ? 'text.secondary' : 'text.primary' }}>
            <Mark level={levels[s.state]} />
            <Box sx={{ flex: 1 }}>{s.name}</Box>
            <Box sx={{ color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>{s.milliseconds === undefined ? t(`start.step.${s.state}`) : t('start.milliseconds', { ms: Math.round(s.milliseconds) })}</Box>
          </Box>
        ))}
      </Box>
    </Box>
  )
}
