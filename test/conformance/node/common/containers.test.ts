import { expect, it } from 'vitest'
import { AGNHOST, eventually, namespace } from '../../cluster.ts'
import { logs, output, running } from '../pods.ts'

it('image defaults', async () => {
  const ns = await namespace()
  const pod = await running(ns, 'defaults', { containers: [{ name: 'c', image: AGNHOST }] })
  expect(pod.spec.containers[0]!.command).toBeUndefined()
  expect(await eventually('what the image does by itself', () => logs(ns, 'defaults'), (text) => text !== '')).toBe('Paused\n')
})
it('override args', async () => {
  const ns = await namespace()
  expect(JSON.parse(await output(ns, 'args', { containers: [{ name: 'c', image: AGNHOST, args: ['entrypoint-tester', 'override', 'arguments'] }] }))).toEqual(['/agnhost/main.mjs', 'entrypoint-tester', 'override', 'arguments'])
})
it('override command', async () => {
  const ns = await namespace()
  expect(await output(ns, 'command', { containers: [{ name: 'c', image: AGNHOST, command: ['/bin/echo', 'another', 'program'] }] })).toBe('another program\n')
})
it('override both', async () => {
  const ns = await namespace()
  expect(await output(ns, 'both', { containers: [{ name: 'c', image: AGNHOST, command: ['/bin/echo'], args: ['override', 'arguments'] }] })).toBe('override arguments\n')
})
