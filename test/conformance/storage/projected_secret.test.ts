import { expect, it } from 'vitest'
import { configFiles } from './config-files.ts'

const files = configFiles('secret', true)
it('consumable', () => expect(files.consumable()).resolves.toBeUndefined())
it('non-root + fsGroup', () => expect(files.nonRootFsGroup()).resolves.toBeUndefined())
it('defaultMode', () => expect(files.defaultMode()).resolves.toBeUndefined())
it('mappings', () => expect(files.mappings()).resolves.toBeUndefined())
it('mappings + item mode', () => expect(files.itemMode()).resolves.toBeUndefined())
it('multiple volumes', () => expect(files.multiple()).resolves.toBeUndefined())
it('optional updates', () => expect(files.optionalUpdates()).resolves.toBeUndefined())
