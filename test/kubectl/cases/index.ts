/** All tables. */
import type { Group } from '../table.ts'
import { apply } from './apply.ts'
import { ask } from './ask.ts'
import { change } from './change.ts'
import { containers } from './containers.ts'
import { create } from './create.ts'
import { extension } from './extension.ts'
import { get } from './get.ts'
import { authority } from './kinds-authority.ts'
import { configuration } from './kinds-configuration.ts'
import { moreWorkloads } from './kinds-more-workloads.ts'
import { network } from './kinds-network.ts'
import { workloads } from './kinds-workloads.ts'
import { nodes } from './nodes.ts'
import { remove } from './remove.ts'
import { rollout, scale } from './rollout.ts'

export const GROUPS: readonly Group[] = [get, create, change, apply, remove, rollout, scale, ask, extension, nodes, containers, workloads, moreWorkloads, network, configuration, authority]
