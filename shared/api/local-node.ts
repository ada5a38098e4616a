/** `LocalNode` (pilothouse.dev/v1): a node that this app runs on its own engine; the Node of the same name follows it. */
import type { KubeObject } from './meta.ts'
import type { Taint } from './types.ts'

export interface LocalNodeSpec {
  /** Quantities. Absent: an equal share of what the engine has. */
  cpu?: string
  memory?: string
  /** How many pods it takes. Default 110. */
  pods?: number
  /** Labels of the Node, kept as they are here. */
  labels?: Record<string, string>
  /** Taints that the Node has when it is made, as with --register-with-taints. */
  taints?: Taint[]
  /** false: as if its power was off; its containers are killed, and nobody answers for it. */
  running: boolean
}
export interface LocalNodeCondition {
  type: 'Running' | 'Drained'
  status: 'True' | 'False' | 'Unknown'
  reason: string
  message: string
  lastTransitionTime: string
  observedGeneration?: number
}
export interface LocalNodeStatus {
  observedGeneration?: number
  /** What it was first run with; a node of one runtime is not run by another. */
  runtime?: 'docker' | 'hollow'
  /** `Running`; `Drained` while it is being removed. */
  conditions?: LocalNodeCondition[]
}
export type LocalNode = KubeObject & { spec: LocalNodeSpec; status?: LocalNodeStatus }

/** Holds a LocalNode until its pods, containers, Node and Lease are gone. */
export const LOCAL_NODE_FINALIZER = 'pilothouse.dev/local-node'
