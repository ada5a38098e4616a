/** Short ways to write a rule. */
import type { PolicyRule } from '../../../shared/api/types.ts'

export const READ = ['get', 'list', 'watch'] as const
export const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'] as const
export const ALL = [...READ, ...WRITE] as const
/** Changed, but neither made nor removed. */
export const CHANGE = ['patch', 'update'] as const

/** @param apiGroup one, or several with the same resources */
export const rule = (verbs: readonly string[], apiGroup: string | readonly string[], ...resources: string[]): PolicyRule =>
  ({ verbs: [...verbs], apiGroups: typeof apiGroup === 'string' ? [apiGroup] : [...apiGroup], resources })
/** The same, of objects with these names alone. */
export const named = (names: readonly string[], of: PolicyRule): PolicyRule => ({ ...of, resourceNames: [...names] })
export const paths = (...nonResourceURLs: string[]): PolicyRule => ({ verbs: ['get'], nonResourceURLs })
/** To say in Events what happens. */
export const events = (): PolicyRule => rule(['create', 'patch', 'update'], ['', 'events.k8s.io'], 'events')
