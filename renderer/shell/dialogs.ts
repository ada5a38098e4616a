/** The dialogs that can be opened from anywhere. */
import { Value } from '../lib/value.ts'

export const paletteOpen = new Value(false)
export const helpOpen = new Value(false)
export const deployOpen = new Value(false)
/** What can be done to the object on view, for the palette. */
export const objectActions = new Value<readonly { id: string; label: string; run: () => void }[]>([])
/** The text that the dialog for new objects begins with; undefined: it is closed. */
export const createText = new Value<string | undefined>(undefined)
