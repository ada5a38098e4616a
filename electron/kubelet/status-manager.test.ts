import { describe, expect, it } from 'vitest'
import type { Pod, PodCondition, PodStatus } from '../../shared/api/types.ts'
import { FakeClock } from '../../shared/clock.ts'
import type { Client } from '../client/types.ts'
import { createStatusManager } from './status-manager.ts'
import { podOf } from './testing.ts'

const unready: PodCondition = { type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: 'containers with unready status: [a]' }
const scheduled: PodCondition = { type: 'PodScheduled', status: 'True' }

/** The patch that is sent when `wanted` follows upon `stored`. */
async function sent(stored: PodCondition[], wanted: PodCondition[]): Promise<unknown> {
  const patches: { status: PodStatus }[] = []
  const pod: Pod = { ...podOf(), status: { phase: 'Pending', conditions: stored } }
  const client = { async patch(_t: unknown, _n: string, _ns: string, _type: string, patch: { status: PodStatus }) { patches.push(patch); return { ...pod, status: patch.status } } } as unknown as Client
  const manager = createStatusManager(client, new FakeClock())
  manager.set(pod, { phase: 'Running', conditions: wanted })
  await manager.flush('u')
  return patches[0]?.status.conditions
}

describe('a status patch', () => {
  it.each<[string, PodCondition[], PodCondition[], unknown]>([
    ['takes the reason and message away that a condition no longer has', [unready], [{ type: 'Ready', status: 'True' }], [{ type: 'Ready', status: 'True', reason: null, message: null }]],
    ['takes only what has gone', [unready], [{ type: 'Ready', status: 'False', reason: 'PodCompleted' }], [{ type: 'Ready', status: 'False', reason: 'PodCompleted', message: null }]],
    ['has no null where nothing was', [{ type: 'Ready', status: 'False' }], [{ type: 'Ready', status: 'True' }], [{ type: 'Ready', status: 'True' }]],
    ['leaves the conditions of others alone', [scheduled], [{ type: 'Ready', status: 'True' }, scheduled], [{ type: 'Ready', status: 'True' }]],
  ])('%s', async (_, stored, wanted, patch) => {
    expect(await sent(stored, wanted)).toEqual(patch)
  })
})
