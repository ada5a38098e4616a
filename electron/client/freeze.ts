/** Freezes a plain JSON value all the way down. Stops at what is frozen already: the server's own objects cost one look. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const child of Object.values(value)) deepFreeze(child)
  return Object.freeze(value)
}
