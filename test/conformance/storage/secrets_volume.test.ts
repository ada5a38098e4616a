import { expect, it } from 'vitest'
import { create, namespace } from '../cluster.ts'
import { configFiles } from './config-files.ts'
import { immutable } from './immutable.ts'
import { output, secretOf } from './volume-pod.ts'

const files = configFiles('secret', false)
it('consumable', () => expect(files.consumable()).resolves.toBeUndefined())
it('non-root + fsGroup', () => expect(files.nonRootFsGroup()).resolves.toBeUndefined())
it('defaultMode', () => expect(files.defaultMode()).resolves.toBeUndefined())
it('mappings', () => expect(files.mappings()).resolves.toBeUndefined())
it('mappings + item mode', () => expect(files.itemMode()).resolves.toBeUndefined())
it('multiple volumes', () => expect(files.multiple()).resolves.toBeUndefined())
it('optional updates', () => expect(files.optionalUpdates()).resolves.toBeUndefined())
it('immutable', () => expect(immutable('secret')).resolves.toBeUndefined())
it('same name other namespace', async () => {
  const [ns, other] = [await namespace(), await namespace()]
  await create(secretOf(ns, 'o', { 'data-1': 'mine' }), secretOf(other, 'o', { 'data-1': 'theirs' }))
  expect(await output(ns, 'cat /v/data-1', { volumes: [{ name: 'v', secret: { secretName: 'o' } }] })).toBe('mine')
})
