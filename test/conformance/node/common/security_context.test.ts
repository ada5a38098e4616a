import { expect, it } from 'vitest'
import { namespace } from '../../cluster.ts'
import { box, output } from '../pods.ts'

it('runAsUser 65534', async () => {
  const ns = await namespace()
  expect(await output(ns, 'user', { containers: [box('id', { securityContext: { runAsUser: 65_534 } })] })).toMatch(/^uid=65534\b/)
})
it('privileged false', async () => {
  const ns = await namespace()
  // Making an interface takes a capability that no container has by itself.
  expect(await output(ns, 'plain', { containers: [box('mkdir /tmp/m && mount -t tmpfs none /tmp/m 2>&1; grep -c " /tmp/m " /proc/mounts; true', { securityContext: { privileged: false } })] })).toMatch(/(permission denied|Operation not permitted|not found)[^]*\n0\n$/i)
})
it('writable rootfs', async () => {
  const ns = await namespace()
  expect(await output(ns, 'writable', { containers: [box('touch checkfile && echo made', { securityContext: { readOnlyRootFilesystem: false } })] })).toBe('made\n')
})
it('no privilege escalation', async () => {
  const ns = await namespace()
  expect(await output(ns, 'confined', { containers: [box('id -u; grep NoNewPrivs /proc/self/status', { securityContext: { runAsUser: 1000, allowPrivilegeEscalation: false } })] })).toBe('1000\nNoNewPrivs:\t1\n')
})
