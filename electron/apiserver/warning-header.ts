/** Warnings as the header of an answer. Source: the Kubernetes API's "Warning" header (RFC 7234, code 299), and its bounds. */

/** Of all together; when they are longer, each is cut. */
const MAX_LENGTH = 4096
const MAX_EACH = 256

function within(warnings: readonly string[]): readonly string[] {
  const lengths = (list: readonly string[]): number => list.reduce((sum, text) => sum + text.length, 0)
  if (lengths(warnings) <= MAX_LENGTH) return warnings
  let left = MAX_LENGTH
  return warnings.map((text) => text.slice(0, MAX_EACH)).filter((text) => (left -= text.length) >= 0)
}

/** `warnings`: each once, and at least one. */
export const warningHeader = (warnings: readonly string[]): string => within(warnings).map((text) => `299 - ${JSON.stringify(text.replace(/[\r\n]+/g, ' '))}`).join(', ')
