/** React's lazy, with load's patience. */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react'
import { load } from './load.ts'

/** A component in a chunk of its own. */
// oxlint-disable-next-line typescript/no-explicit-any -- as in React's own signature: any props
export const part = <T extends ComponentType<any>>(from: () => Promise<{ default: T }>): LazyExoticComponent<T> => lazy(() => load(from))
