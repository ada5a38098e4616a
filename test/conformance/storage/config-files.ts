/** What holds for a ConfigMap's and a Secret's files alike, as a volume of their own and as a source of a projected one. */
import { expect } from 'vitest'
import type { Volume } from '../../../shared/api/types.ts'
import { create, namespace } from '../cluster.ts'
import { configMapOf, output, patch, remove, secretOf, standing } from './volume-pod.ts'

export type Kind = 'configmap' | 'secret'
export type Source = { items?: object[]; optional?: boolean }

/** `defaultMode` stands at the volume, the rest at the source. */
export function volumeOf(kind: Kind, projected: boolean, name: string, object: string, source: Source = {}, defaultMode?: number): Volume {
  const mode = defaultMode === undefined ? {} : { defaultMode }
  if (projected) return { name, projected: { ...mode, sources: [{ [kind === 'secret' ? 'secret' : 'configMap']: { name: object, ...source } }] } } as Volume
  return { name, ...(kind === 'secret' ? { secret: { secretName: object, ...source, ...mode } } : { configMap: { name: object, ...source, ...mode } }) } as Volume
}
export const objectOf = (kind: Kind, ns: string, name: string, data: Record<string, string>, more: object = {}): object => (kind === 'secret' ? secretOf : configMapOf)(ns, name, data, more)
const changed = (kind: Kind, data: Record<string, string>): object => (kind === 'secret' ? { stringData: data } : { data })
const READ = (file: string): string => `cat /v/${file}; echo; stat -L -c %a /v/${file}`

export function configFiles(kind: Kind, projected: boolean) {
  const volume = (object: string, source: Source = {}, mode?: number): Volume => volumeOf(kind, projected, 'v', object, source, mode)
  const data = { 'data-1': 'value-1', 'data-2': 'value-2', 'data-3': 'value-3' }
  const ITEM = { key: 'data-2', path: 'path/to/data-2' }
  const made = async (): Promise<string> => { const ns = await namespace(); await create(objectOf(kind, ns, 'o', data)); return ns }
  const says = async (file: string, expected: string, source: Source = {}, mode?: number, securityContext = {}): Promise<void> => { expect(await output(await made(), READ(file), { volumes: [volume('o', source, mode)], securityContext })).toBe(expected) }
  return {
    consumable: () => says('data-1', 'value-1\n644'),
    nonRoot: () => says('data-1', 'value-1\n644', {}, undefined, { runAsUser: 1000 }),
    nonRootFsGroup: () => says('data-1', 'value-1\n440', {}, 0o440, { runAsUser: 1000, fsGroup: 1001 }),
    defaultMode: () => says('data-1', 'value-1\n400', {}, 0o400),
    mappings: () => says('path/to/data-2', 'value-2\n644', { items: [ITEM] }),
    mappingsNonRoot: () => says('path/to/data-2', 'value-2\n644', { items: [ITEM] }, undefined, { runAsUser: 1000 }),
    itemMode: () => says('path/to/data-2', 'value-2\n400', { items: [{ ...ITEM, mode: 0o400 }] }),
    multiple: async () => {
      const ns = await made()
      expect(await output(ns, 'cat /v/data-1 /w/data-1', { volumes: [volume('o'), volumeOf(kind, projected, 'w', 'o')] })).toBe('value-1value-1')
    },
    updates: async () => {
      const ns = await made()
      const pod = await standing(ns, { volumes: [volume('o')] })
      await pod.shows('/v/data-1', 'value-1')
      await patch(ns, `${kind} o`, changed(kind, { 'data-1': 'value-2' }))
      await pod.shows('/v/data-1', 'value-2')
    },
    optionalUpdates: async () => {
      const ns = await namespace()
      await create(objectOf(kind, ns, 'goes', { 'data-1': 'value-1' }), objectOf(kind, ns, 'changes', { 'data-1': 'value-1' }))
      const pod = await standing(ns, { volumes: ['goes', 'changes', 'comes'].map((n) => volumeOf(kind, projected, n, n, { optional: true })) })
      expect([await pod.read('/goes/data-1'), await pod.read('/comes/data-1')]).toEqual(['value-1', 'absent\n'])
      await remove(ns, `${kind} goes`)
      await patch(ns, `${kind} changes`, changed(kind, { 'data-1': null as never, 'data-3': 'value-3' }))
      await create(objectOf(kind, ns, 'comes', { 'data-1': 'value-1' }))
      await pod.shows('/goes/data-1', 'absent')
      await pod.shows('/changes/data-3', 'value-3')
      await pod.shows('/comes/data-1', 'value-1')
    },
  }
}
