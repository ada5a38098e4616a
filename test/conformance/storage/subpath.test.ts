import { expect, it } from 'vitest'
import type { Volume } from '../../../shared/api/types.ts'
import { create, namespace } from '../cluster.ts'
import { configMapOf, output, secretOf } from './volume-pod.ts'

const DOWNWARD = { items: [{ path: 'downward/podname', fieldRef: { fieldPath: 'metadata.name' } }] }
async function reads(volume: Omit<Volume, 'name'>, subPath: string, expected: string | RegExp, mountPath = '/probe/file'): Promise<void> {
  const ns = await namespace()
  await create(secretOf(ns, 's', { 'secret-key': 'secret-value' }), configMapOf(ns, 'c', { 'configmap-key': 'configmap-value' }))
  expect(await output(ns, `cat ${mountPath}`, { volumes: [{ name: 'v', ...volume }], mounts: [{ name: 'v', mountPath, subPath }] })).toMatch(expected)
}
it('secret', () => expect(reads({ secret: { secretName: 's' } }, 'secret-key', /^secret-value$/)).resolves.toBeUndefined())
it('configmap', () => expect(reads({ configMap: { name: 'c' } }, 'configmap-key', /^configmap-value$/)).resolves.toBeUndefined())
it('configmap onto existing file', () => expect(reads({ configMap: { name: 'c' } }, 'configmap-key', /^configmap-value$/, '/etc/resolv.conf')).resolves.toBeUndefined())
it('downward', () => expect(reads({ downwardAPI: DOWNWARD }, 'downward/podname', /^volumes-\d+$/)).resolves.toBeUndefined())
it('projected', () => expect(reads({ projected: { sources: [{ downwardAPI: DOWNWARD }, { configMap: { name: 'c' } }] } }, 'downward/podname', /^volumes-\d+$/)).resolves.toBeUndefined())
