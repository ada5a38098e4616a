/** What is wrong, followed once for the window. */
import type { AlertState } from '../../../shared/alerts.ts'
import { Value } from '../../lib/value.ts'
import type { Transport } from '../../transport/transport.ts'

const NONE: AlertState = { alerts: [], silences: [] }
export const alertState = new Value<AlertState>(NONE)
/** Follows until the returned function is called. */
export const followAlerts = (transport: Transport): (() => void) => transport.subscribe('alerts', {}, (state) => alertState.set(state), () => alertState.set(NONE))
/** Of those that nobody silenced. */
export const countOf = ({ alerts }: AlertState): number => alerts.filter((a) => !a.silenced).length
