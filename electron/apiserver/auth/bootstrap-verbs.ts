/** Short ways to write a rule. */
import type { PolicyRule } from '../../../shared/api/types.ts'

export const READ = ['get', 'list', 'watch'] as const
export const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'] as const

export const rule = (verbs: readonly string[], apiGroup: string, ...resources: string[]): PolicyRule => ({ verbs: [...verbs], apiGroups: [apiGroup], resources })
