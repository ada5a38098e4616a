import { expect, it } from 'vitest'
import type { Container } from '../../../../shared/api/types.ts'
import { BUSYBOX, namespace } from '../../cluster.ts'
import { box, condition, first, isOver, start, until } from '../pods.ts'

/** The last words of a container that ends at once. */
async function words(container: Partial<Container>, code = 0): Promise<string> {
  const ns = await namespace()
  await start(ns, 'ends', { restartPolicy: 'Never', containers: [{ name: 'c', image: BUSYBOX, terminationMessagePath: '/dev/termination-log', ...container }] })
  const pod = await until(ns, 'ends', 'ends', isOver)
  expect(first(pod)!.state!.terminated!.exitCode).toBe(code)
  return first(pod)!.state!.terminated!.message ?? ''
}

it('message non-root path', async () => {
  expect(await words({ command: ['sh', '-c', '/bin/echo -n DONE > /dev/termination-custom-log'], terminationMessagePath: '/dev/termination-custom-log', securityContext: { runAsUser: 1000 } })).toBe('DONE')
})
it('message from log on error', async () => {
  expect(await words({ command: ['sh', '-c', '/bin/echo -n DONE; /bin/false'], terminationMessagePolicy: 'FallbackToLogsOnError' }, 1)).toMatch(/^DONE\n?$/)
})
it('message empty on success FallbackToLogs', async () => {
  expect(await words({ command: ['sh', '-c', '/bin/echo -n DONE; /bin/true'], terminationMessagePolicy: 'FallbackToLogsOnError' })).toBe('')
})
it('message from file', async () => {
  expect(await words({ command: ['sh', '-c', '/bin/echo -n OK > /dev/termination-log; /bin/echo DONE; /bin/true'], terminationMessagePolicy: 'FallbackToLogsOnError' })).toBe('OK')
})

it('expected status by restart policy', async () => {
  const ns = await namespace()
  // Fails the first time and runs the second: the file outlives the container.
  const script = (rest: string): string => `f=/state/seen; if [ -e $f ]; then ${rest}; fi; touch $f; exit 1`
  const pod = (name: string, restartPolicy: string, rest: string) =>
    start(ns, name, { restartPolicy, volumes: [{ name: 'state', emptyDir: {} }], containers: [box(script(rest), { volumeMounts: [{ name: 'state', mountPath: '/state' }] })] })
  await Promise.all([pod('always', 'Always', 'while :; do sleep 1; done'), pod('onfailure', 'OnFailure', 'exit 0'), pod('never', 'Never', 'exit 0')])
  const always = await until(ns, 'always', 'runs', (p) => p.status?.phase === 'Running' && first(p)?.restartCount === 1 && first(p)?.state?.running !== undefined)
  expect([condition(always, 'Ready'), first(always)!.lastState!.terminated!.exitCode]).toEqual(['True', 1])
  const onFailure = await until(ns, 'onfailure', 'succeeds', (p) => p.status?.phase === 'Succeeded')
  expect([condition(onFailure, 'Ready'), first(onFailure)!.restartCount, first(onFailure)!.state!.terminated!.exitCode]).toEqual(['False', 1, 0])
  const never = await until(ns, 'never', 'fails', (p) => p.status?.phase === 'Failed')
  expect([condition(never, 'Ready'), first(never)!.restartCount, first(never)!.state!.terminated!.exitCode]).toEqual(['False', 0, 1])
})
