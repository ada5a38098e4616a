/** Freezes a plain JSON value all the way down. Stops at what is frozen already: the server's own objects cost one look. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const child of Object.values(value)) deepFreeze(child)
  return Object.freeze(value)
}

/** In tests and in development what an informer hands out is frozen; in the shipped app the look at every object is saved. */
const freezing = process.env['VITEST'] !== undefined || process.env['PILOTHOUSE_FREEZE'] === '1'

/** Freezes where freezing is on. */
export const seal: <T>(value: T) => T = freezing ? deepFreeze : (value) => value
