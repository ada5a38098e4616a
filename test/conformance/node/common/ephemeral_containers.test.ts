import { expect, it } from 'vitest'
import type { Pod } from '../../../../shared/api/types.ts'
import { api, BUSYBOX, eventually, namespace, ok } from '../../cluster.ts'
import { box, logs, patch, path, podOf, running, SLEEP, until } from '../pods.ts'

const debug = (name: string) => ({ name, image: BUSYBOX, stdin: true, tty: true, command: ['sh'] })
const runs = (p: Pod, name: string): boolean => p.status?.ephemeralContainerStatuses?.find((s) => s.name === name)?.state?.running !== undefined

it('start in existing pod', async () => {
  const ns = await namespace()
  await running(ns, 'debugged', { containers: [box(SLEEP)] })
  await ok(['debug', '-n', ns, 'debugged', '--image', BUSYBOX, '--target', 'c', '--container', 'debugger', '--', 'sh', '-c', 'echo polo; sleep 600'])
  await until(ns, 'debugged', 'has a debugger that runs', (p) => runs(p, 'debugger'))
  expect(await eventually('the debugger speaks', () => logs(ns, 'debugged', '-c', 'debugger'), (text) => text !== '')).toBe('polo\n')
  expect(await ok(['exec', '-n', ns, 'debugged', '-c', 'debugger', '--', 'ps'])).toContain('trap "exit 0" TERM')
})

it('update', async () => {
  const ns = await namespace()
  await running(ns, 'debugged', { containers: [box(SLEEP)] })
  await patch(ns, 'pod debugged', { spec: { ephemeralContainers: [debug('one')] } }, '--subresource', 'ephemeralcontainers')
  await until(ns, 'debugged', 'has one debugger', (p) => runs(p, 'one'))
  // Its kubelet may have written in between.
  await eventually('the update is taken', async () => {
    const pod = await api().get<Pod>(path(ns, 'debugged/ephemeralcontainers'))
    pod.spec.ephemeralContainers!.push(debug('two'))
    return api().send('PUT', path(ns, 'debugged/ephemeralcontainers'), pod).then(() => true, (e: Error) => { if (!e.message.includes(' 409 ')) throw e; return false })
  }, Boolean)
  await until(ns, 'debugged', 'has two debuggers', (p) => runs(p, 'two') && runs(p, 'one'))
  expect((await podOf(ns, 'debugged')).spec.ephemeralContainers!.map((c) => c.name)).toEqual(['one', 'two'])
})
