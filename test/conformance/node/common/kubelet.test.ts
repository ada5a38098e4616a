import { expect, it } from 'vitest'
import { eventually, namespace } from '../../cluster.ts'
import { box, first, gone, logs, output, remove, start, until } from '../pods.ts'

it('logs output', async () => {
  const ns = await namespace()
  await start(ns, 'says', { restartPolicy: 'Never', containers: [box('echo "Hello World"; sleep 240')] })
  expect(await eventually('the log', async () => logs(ns, 'says').catch(() => ''), (text) => text !== '')).toBe('Hello World\n')
})
it('terminated reason', async () => {
  const ns = await namespace()
  await start(ns, 'fails', { containers: [box('exit 1')] })
  const pod = await until(ns, 'fails', 'has failed', (p) => (first(p)?.state?.terminated ?? first(p)?.lastState?.terminated) !== undefined)
  expect((first(pod)!.state!.terminated ?? first(pod)!.lastState!.terminated)!).toMatchObject({ exitCode: 1, reason: 'Error' })
})
it('delete always failing', async () => {
  const ns = await namespace()
  await start(ns, 'fails', { containers: [box('exit 1')] })
  await until(ns, 'fails', 'has begun', (p) => p.status?.startTime !== undefined)
  await remove(ns, 'fails')
  await gone(ns, 'fails')
})
it('hostAliases', async () => {
  const ns = await namespace()
  const text = await output(ns, 'aliases', { hostAliases: [{ ip: '123.45.67.89', hostnames: ['foo', 'bar'] }], containers: [box('cat /etc/hosts')] })
  expect(text).toContain('# Kubernetes-managed hosts file.')
  expect(text).toContain('# Entries added by HostAliases.\n123.45.67.89\tfoo\tbar\n')
})
it('read only rootfs', async () => {
  const ns = await namespace()
  expect(await output(ns, 'readonly', { containers: [box('echo test > /file; sleep 1; cat /file || true', { securityContext: { readOnlyRootFilesystem: true } })] })).not.toMatch(/^test$/m)
})
