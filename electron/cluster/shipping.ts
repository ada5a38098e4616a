/** The forwarding of logs: there when a destination is, or when somebody looks. */
import { existsSync } from 'node:fs'
import type { Clock } from '../../shared/clock.ts'
import { logger } from '../../shared/log.ts'
import { destinationsPath } from '../logging/ship/files.ts'
import type { Shipping } from '../logging/ship/index.ts'
import type { LogStore } from '../logging/types.ts'
import type { DataDirectory } from './data-directory.ts'

export interface ShippingDoor {
  open(): Promise<Shipping>
  stop(): Promise<void>
}
export function createShippingDoor(data: DataDirectory, store: LogStore, clock: Clock): ShippingDoor {
  let opened: Promise<Shipping> | undefined
  const open = (): Promise<Shipping> => (opened ??= import('../logging/ship/index.ts').then(({ openShipping }) => openShipping({ store, directory: data.shipping, clock, clusterId: data.clusterId })))
  if (existsSync(destinationsPath(data.shipping))) open().catch((error: unknown) => logger('cluster').error('Logs are not forwarded', { error }))
  return { open, stop: async () => { await (await opened?.catch(() => undefined))?.stop() } }
}
