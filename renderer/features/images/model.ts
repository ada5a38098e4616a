/** Images by their names, and how a pull, a build or a push goes. Pure. */
import type { ImageEntry, ImageProgress } from '../../../shared/images.ts'

/** Names with a tag before those by digest alone; an image without any is called by the start of its id. */
export function titleOf(image: Pick<ImageEntry, 'id' | 'names'>): string {
  return image.names.find((n) => !n.includes('@')) ?? image.names[0] ?? image.id.replace(/^sha256:/, '').slice(0, 12)
}
export const isNamed = (image: Pick<ImageEntry, 'names'>): boolean => image.names.length > 0

/** Lines kept of one piece of work; a build can say much. */
export const MOST_LINES = 2000
export interface Work {
  lines: readonly string[]
  currentBytes: number
  totalBytes: number
  done?: ImageProgress['done']
}
export const nothingYet: Work = { lines: [], currentBytes: 0, totalBytes: 0 }
export const further = (work: Work, m: ImageProgress): Work => ({
  lines: [...work.lines, ...m.lines].slice(-MOST_LINES), currentBytes: m.currentBytes, totalBytes: m.totalBytes, ...(m.done ? { done: m.done } : {}),
})
/** Percent; undefined while the sum is not known. */
export const shareOf = ({ currentBytes, totalBytes }: Work): number | undefined => (totalBytes > 0 ? Math.min(100, Math.round((currentBytes / totalBytes) * 100)) : undefined)
