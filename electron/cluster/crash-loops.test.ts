import { describe, expect, it } from 'vitest'
import type { Pod } from '../../shared/api/types.ts'
import type { Informer, InformerHandlers } from '../client/types.ts'
import { type CrashLoop, watchCrashLoops } from './crash-loops.ts'

const pod = (reason: string | undefined, ready: boolean, restartCount: number): Pod =>
  ({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default', uid: 'u' }, spec: { containers: [{ name: 'c' }] },
    status: { containerStatuses: [{ name: 'c', ready, restartCount, image: '', imageID: '', state: reason ? { waiting: { reason } } : { running: {} } }] },
  }) as Pod

describe('crash loops', () => {
  it('tells once, and again only after the container has been ready', () => {
    let handlers: InformerHandlers<Pod> = {}
    const told: CrashLoop[] = []
    watchCrashLoops({ addHandlers: (h: InformerHandlers<Pod>) => { handlers = h; return () => {} } } as Informer<Pod>, (c) => told.push(c))
    const states = [pod(undefined, true, 0), pod('CrashLoopBackOff', false, 2), pod(undefined, false, 3), pod('CrashLoopBackOff', false, 3), pod(undefined, true, 4), pod('CrashLoopBackOff', false, 5)]
    for (const p of states) handlers.onUpdate?.(p, p)
    expect(told).toEqual([2, 5].map((restarts) => ({ namespace: 'default', pod: 'web', container: 'c', restarts })))
  })
})
