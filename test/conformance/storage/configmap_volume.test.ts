import { expect, it } from 'vitest'
import { configFiles } from './config-files.ts'
import { create, namespace } from '../cluster.ts'
import { immutable } from './immutable.ts'
import { configMapOf, output } from './volume-pod.ts'

const files = configFiles('configmap', false)
it('consumable', () => expect(files.consumable()).resolves.toBeUndefined())
it('non-root', () => expect(files.nonRoot()).resolves.toBeUndefined())
it('defaultMode', () => expect(files.defaultMode()).resolves.toBeUndefined())
it('mappings', () => expect(files.mappings()).resolves.toBeUndefined())
it('mappings + item mode', () => expect(files.itemMode()).resolves.toBeUndefined())
it('mappings non-root', () => expect(files.mappingsNonRoot()).resolves.toBeUndefined())
it('multiple volumes', () => expect(files.multiple()).resolves.toBeUndefined())
it('updates reflected', () => expect(files.updates()).resolves.toBeUndefined())
it('optional updates', () => expect(files.optionalUpdates()).resolves.toBeUndefined())
it('immutable', () => expect(immutable('configmap')).resolves.toBeUndefined())
it('binary data', async () => {
  const ns = await namespace()
  await create(configMapOf(ns, 'o', { 'data-1': 'value-1' }, { binaryData: { 'dump.bin': Buffer.from([0xde, 0xca, 0xfe, 0xba, 0xd0, 0xfe, 0xff]).toString('base64') } }))
  expect(await output(ns, "cat /v/data-1; echo; /bin/busybox od -An -tx1 /v/dump.bin", { volumes: [{ name: 'v', configMap: { name: 'o' } }] })).toBe('value-1\n de ca fe ba d0 fe ff')
})
