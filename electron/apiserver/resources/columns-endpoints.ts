/** Long lists in columns. */
const SHOWN = 3

/** The first three, and how many more there are. */
export const shortened = (all: readonly (string | number)[]): string => `${all.slice(0, SHOWN).join(',')}${all.length > SHOWN ? ` + ${all.length - SHOWN} more...` : ''}`
