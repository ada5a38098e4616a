/** Which kubelet a user is. */
import type { UserInfo } from '../types.ts'

export const NODES_GROUP = 'system:nodes'
const PREFIX = 'system:node:'

/** The node's name; '' for a member of the kubelets' group whose name says none; undefined: no kubelet. */
export function nodeOf(user: UserInfo): string | undefined {
  if (!user.name.startsWith(PREFIX) || !user.groups.includes(NODES_GROUP)) return undefined
  return user.name.slice(PREFIX.length)
}
