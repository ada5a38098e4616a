/** Names that the server makes. */
import { randomBytes } from 'node:crypto'

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'
const SUFFIX = 5
/** A generated name is cut so that it fits a DNS label. */
const MAX_BASE = 63 - SUFFIX

/** Five letters and digits that spell no word. */
export function generatedSuffix(): string {
  let text = ''
  for (const byte of randomBytes(SUFFIX)) text += ALPHABET[byte % ALPHABET.length]
  return text
}

export const generateName = (base: string): string => base.slice(0, MAX_BASE) + generatedSuffix()
