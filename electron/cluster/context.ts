/** What the builders of the parts share. */
import type { Clock } from '../../shared/clock.ts'
import type { ClusterNetwork } from '../../shared/cluster-network.ts'
import type { DataDirectory } from './data-directory.ts'
import type { ClusterOptions } from './options.ts'
import type { StateHolder } from './state.ts'
import type { Teardown } from './teardown.ts'

export interface BuildContext {
  readonly data: DataDirectory
  readonly options: ClusterOptions
  readonly state: StateHolder
  readonly clock: Clock
  readonly network: ClusterNetwork
  readonly teardown: Teardown
}
