/** The dialogs that can be opened from anywhere. */
import { Value } from '../lib/value.ts'

export const paletteOpen = new Value(false)
export const helpOpen = new Value(false)
export const deployOpen = new Value(false)
