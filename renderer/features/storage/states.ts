import type { PersistentVolume, PersistentVolumeClaim } from '../../../shared/api/types.ts'
import type { State } from '../../kinds/view.ts'
import type { Level } from '../../theme/theme.ts'

const levels: Record<string, Level> = { Bound: 'ok', Available: 'ok', Pending: 'waiting', Released: 'warning', Lost: 'failed', Failed: 'failed' }
const phase = (word: string | undefined): State => ({ word: word ?? 'Pending', level: levels[word ?? 'Pending'] ?? 'waiting' })
export const claimState = (c: PersistentVolumeClaim): State => phase(c.status?.phase)
export const volumeState = (v: PersistentVolume): State => phase(v.status?.phase)

/** As kubectl shortens them. */
const SHORT: Record<string, string> = { ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX', ReadWriteOncePod: 'RWOP' }
export const modes = (all: readonly string[] | undefined): string => (all ?? []).map((m) => SHORT[m] ?? m).join(',')
