/** Some hosts do not let the engine set negative OOM scores (no CAP_SYS_RESOURCE, a rootless engine). What this one allows is tried once. */
import type Docker from 'dockerode'
import { PAUSE_IMAGE } from '../../images/builtin.ts'
import { labels, RuntimeError } from '../types.ts'
import type { Engine } from './engine.ts'
import { isStatus } from './errors.ts'

export const LOWEST = -1000

/** runc says it in either of these ways, by where it noticed. */
export const refusesScore = (e: unknown): boolean => e instanceof RuntimeError && /oom_score_adj|get final child's PID from pipe/.test(e.message)

/** Starts and removes a container with no network. Resolves with the lowest score that the engine sets; rejects when it cannot be known. */
export async function tryLowestScore(engine: Engine, clusterId: string): Promise<number> {
  const name = `pilothouse-${clusterId}-trial`
  const remove = (): Promise<unknown> => engine.call('remove a container', 'Unknown', async (d) => {
    await d.getContainer(name).remove({ force: true, v: true }).catch((e: unknown) => { if (!isStatus(e, 404, 409)) throw e })
  })
  const options: Docker.ContainerCreateOptions = {
    name, Image: PAUSE_IMAGE, Labels: { [labels.cluster]: clusterId, [labels.kind]: 'trial' }, Healthcheck: { Test: ['NONE'] },
    HostConfig: { NetworkMode: 'none', OomScoreAdj: -998, RestartPolicy: { Name: 'no' }, LogConfig: { Type: 'none', Config: {} }, ReadonlyRootfs: true },
  }
  // One that a run before us did not get to remove.
  await remove()
  try {
    await engine.call('create a container', 'CreateFailed', (d) => d.createContainer(options))
    await engine.start(() => engine.call('start a container', 'StartFailed', (d) => d.getContainer(name).start()))
    return LOWEST
  } catch (e) {
    if (refusesScore(e)) return 0
    throw e
  } finally {
    await remove()
  }
}
