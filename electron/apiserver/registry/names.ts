/** Names that the server makes. */
import { randomFillSync } from 'node:crypto'

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'
const SUFFIX = 5
/** A generated name is cut so that it fits a DNS label. */
const MAX_BASE = 63 - SUFFIX

/** Drawn at once for many names: a draw costs more than a name. */
const random = new Uint8Array(200 * SUFFIX)
let drawn = random.length

/** Five letters and digits that spell no word. */
export function generatedSuffix(): string {
  if (drawn === random.length) {
    randomFillSync(random)
    drawn = 0
  }
  let text = ''
  for (const end = drawn + SUFFIX; drawn < end; drawn++) text += ALPHABET[(random[drawn] as number) % ALPHABET.length]
  return text
}

export const generateName = (base: string): string => base.slice(0, MAX_BASE) + generatedSuffix()
