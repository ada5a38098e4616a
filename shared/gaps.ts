/** Texts with gaps, `{{name}}`, as the dashboard's dictionaries write them. */
export const GAP = /\{\{(\w+)\}\}/g
export type GapWords = Readonly<Record<string, string | number>>

/** The text with its gaps filled; one that no word is given for is left empty. */
export const fillGaps = (text: string, words: GapWords): string => text.replace(GAP, (_, name: string) => String(words[name] ?? ''))
