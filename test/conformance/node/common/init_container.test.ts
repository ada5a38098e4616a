import { expect, it } from 'vitest'
import type { Pod } from '../../../../shared/api/types.ts'
import { namespace } from '../../cluster.ts'
import { box, condition, isOver, podOf, start, until } from '../pods.ts'

const init = (name: string, command: string) => ({ ...box(command), name })
const inits = (p: Pod) => p.status?.initContainerStatuses ?? []
const SLEEP = 'while :; do sleep 1; done'

it('RestartNever', async () => {
  const ns = await namespace()
  await start(ns, 'never', { restartPolicy: 'Never', initContainers: [init('init1', 'true'), init('init2', 'true')], containers: [box('true')] })
  const pod = await until(ns, 'never', 'ends', isOver)
  expect(pod.status!.phase).toBe('Succeeded')
  expect(condition(pod, 'Initialized')).toBe('True')
  expect(inits(pod).map((s) => [s.ready, s.state?.terminated?.exitCode])).toEqual([[true, 0], [true, 0]])
})
it('RestartAlways', async () => {
  const ns = await namespace()
  await start(ns, 'always', { initContainers: [init('init1', 'true'), init('init2', 'true')], containers: [box(SLEEP)] })
  const pod = await until(ns, 'always', 'runs', (p) => p.status?.phase === 'Running')
  expect(condition(pod, 'Initialized')).toBe('True')
  expect(inits(pod).map((s) => [s.ready, s.state?.terminated?.exitCode])).toEqual([[true, 0], [true, 0]])
})
it('failing init on RestartAlways', async () => {
  const ns = await namespace()
  await start(ns, 'fails', { initContainers: [init('init1', 'false'), init('init2', 'true')], containers: [box(SLEEP)] })
  const pod = await until(ns, 'fails', 'has tried three times', (p) => (inits(p)[0]?.restartCount ?? 0) >= 2)
  expect(pod.status!.phase).toBe('Pending')
  expect(condition(pod, 'Initialized')).toBe('False')
  expect(pod.status!.conditions!.find((c) => c.type === 'Initialized')).toMatchObject({ reason: 'ContainersNotInitialized', message: 'containers with incomplete status: [init1 init2]' })
  expect(inits(pod)[1]).toMatchObject({ restartCount: 0, state: { waiting: { reason: 'PodInitializing' } } })
  expect(pod.status!.containerStatuses![0]).toMatchObject({ restartCount: 0, state: { waiting: { reason: 'PodInitializing' } } })
})
it('failing init on RestartNever', async () => {
  const ns = await namespace()
  await start(ns, 'fails', { restartPolicy: 'Never', initContainers: [init('init1', 'true'), init('init2', 'false')], containers: [box('true')] })
  const pod = await until(ns, 'fails', 'fails', (p) => p.status?.phase === 'Failed')
  expect(condition(pod, 'Initialized')).toBe('False')
  expect(inits(pod).map((s) => s.state?.terminated?.exitCode)).toEqual([0, 1])
  expect((await podOf(ns, 'fails')).status!.containerStatuses![0]).toMatchObject({ state: { waiting: { reason: 'PodInitializing' } } })
})
