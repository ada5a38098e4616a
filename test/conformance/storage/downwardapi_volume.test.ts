import { expect, it } from 'vitest'
import { downwardFiles } from './downward-files.ts'

const files = downwardFiles(false)
it('cpu limit', () => expect(files.cpuLimit()).resolves.toBeUndefined())
it('cpu request', () => expect(files.cpuRequest()).resolves.toBeUndefined())
it('memory limit', () => expect(files.memoryLimit()).resolves.toBeUndefined())
it('memory request', () => expect(files.memoryRequest()).resolves.toBeUndefined())
it('allocatable cpu', () => expect(files.allocatableCpu()).resolves.toBeUndefined())
it('allocatable memory', () => expect(files.allocatableMemory()).resolves.toBeUndefined())
it('podname', () => expect(files.podName()).resolves.toBeUndefined())
it('DefaultMode', () => expect(files.defaultMode()).resolves.toBeUndefined())
it('item mode', () => expect(files.itemMode()).resolves.toBeUndefined())
it('annotations updated', () => expect(files.annotations()).resolves.toBeUndefined())
it('labels updated', () => expect(files.labels()).resolves.toBeUndefined())
