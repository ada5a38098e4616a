import { expect, it } from 'vitest'
import { kubectl, namespace } from '../../cluster.ts'
import { box, output } from '../pods.ts'

const sysctls = (...list: [string, string][]) => ({ securityContext: { sysctls: list.map(([name, value]) => ({ name, value })) } })

it('support kernel.shm_rmid_forced', async () => {
  const ns = await namespace()
  expect(await output(ns, 'sysctl', { ...sysctls(['kernel.shm_rmid_forced', '1']), containers: [box('cat /proc/sys/kernel/shm_rmid_forced')] })).toBe('1\n')
})
it('reject invalid', async () => {
  const ns = await namespace()
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'invalid', namespace: ns }, spec: { ...sysctls(['foo-', 'bar'], ['kernel.shmmax', '100000000'], ['safe-and-unsafe', '100000000'], ['bar..', '42']), containers: [box('true')] } }
  const refused = (await kubectl(['create', '-f', '-'], { input: JSON.stringify(pod) })).stderr
  expect(refused).toContain('Invalid value: "foo-"')
  expect(refused).toContain('Invalid value: "bar.."')
  expect(refused).not.toMatch(/safe-and-unsafe|kernel\.shmmax/)
})
