import { expect, it } from 'vitest'
import { namespace } from '../../cluster.ts'
import { box, output } from '../pods.ts'

const ID = box('id -u; id -g')
it('pod RunAsGroup', async () => {
  const ns = await namespace()
  expect(await output(ns, 'group', { securityContext: { runAsUser: 1001, runAsGroup: 2002 }, containers: [ID] })).toBe('1001\n2002\n')
})
it('container RunAsGroup', async () => {
  const ns = await namespace()
  expect(await output(ns, 'group', { securityContext: { runAsUser: 1001, runAsGroup: 2002 }, containers: [{ ...ID, securityContext: { runAsUser: 1002, runAsGroup: 3003 } }] })).toBe('1002\n3003\n')
})
