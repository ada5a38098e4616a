/** What is kept of shipping: destinations with their secrets, for the owner's eyes alone, and how far each is. Written beside and renamed, so that a crash leaves the old or the new. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { logger } from '../../../shared/log.ts'
import type { DestinationChoice } from '../../../shared/shipping.ts'
import type { Position } from './shipper.ts'

export interface Stored extends DestinationChoice {
  readonly id: string
  readonly secret: string
}
export interface ShippingFiles {
  destinations(): Stored[]
  positions(): Record<string, Position>
  /** Both throw when they cannot be written. */
  saveDestinations(all: readonly Stored[]): void
  savePositions(all: Readonly<Record<string, Position>>): void
}
/** Only where this is there is something to ship. */
export const destinationsPath = (directory: string): string => join(directory, 'destinations.json')

export function shippingFiles(directory: string): ShippingFiles {
  const positions = join(directory, 'positions.json')
  function read<T>(path: string, otherwise: T): T {
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as T
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') logger('shipping').warning('A file of the forwarding of logs could not be read', { path, error })
      return otherwise
    }
  }
  function write(path: string, value: unknown): void {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    writeFileSync(`${path}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
    renameSync(`${path}.new`, path)
  }
  return {
    destinations: () => read<Stored[]>(destinationsPath(directory), []),
    positions: () => read<Record<string, Position>>(positions, {}),
    saveDestinations: (all) => write(destinationsPath(directory), all),
    savePositions: (all) => write(positions, all),
  }
}
