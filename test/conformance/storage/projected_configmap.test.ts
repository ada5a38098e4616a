import { expect, it } from 'vitest'
import { configFiles } from './config-files.ts'

const files = configFiles('configmap', true)
it('consumable', () => expect(files.consumable()).resolves.toBeUndefined())
it('non-root', () => expect(files.nonRoot()).resolves.toBeUndefined())
it('defaultMode', () => expect(files.defaultMode()).resolves.toBeUndefined())
it('mappings', () => expect(files.mappings()).resolves.toBeUndefined())
it('mappings + item mode', () => expect(files.itemMode()).resolves.toBeUndefined())
it('mappings non-root', () => expect(files.mappingsNonRoot()).resolves.toBeUndefined())
it('multiple volumes', () => expect(files.multiple()).resolves.toBeUndefined())
it('updates reflected', () => expect(files.updates()).resolves.toBeUndefined())
it('optional updates', () => expect(files.optionalUpdates()).resolves.toBeUndefined())
