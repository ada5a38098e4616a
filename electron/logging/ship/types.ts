/** What forwards lines to one kind of receiver. */
import type { DestinationChoice } from '../../../shared/shipping.ts'
import type { LogRecord, LogSource } from '../../../shared/logs/types.ts'

export interface ShipLine {
  readonly record: LogRecord
  readonly source: LogSource
}
/** Lines that the receiver refused for good: sending them again would not help. */
export interface Outcome {
  readonly rejected: number
  /** Why, in the receiver's words. */
  readonly reason: string
}
export const DELIVERED: Outcome = { rejected: 0, reason: '' }

export interface Sender {
  /** Resolves when the receiver has acknowledged the lines. Rejects when it is worth trying again. */
  send(lines: readonly ShipLine[], signal: AbortSignal): Promise<Outcome>
  close(): Promise<void>
}
export interface SenderOptions extends Pick<DestinationChoice, 'address' | 'target' | 'username' | 'transport' | 'insecure'> {
  /** `''`: none. */
  readonly secret: string
  /** Names this cluster, so that a line has the same name wherever and however often it arrives. */
  readonly clusterId: string
}
