/** The dialogs that can be opened from anywhere. */
import { Value } from '../lib/value.ts'

export const paletteOpen = new Value(false)
export const helpOpen = new Value(false)
export const deployOpen = new Value(false)
/** The text that the dialog for new objects begins with; undefined: it is closed. */
export const createText = new Value<string | undefined>(undefined)
