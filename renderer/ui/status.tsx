/** Status is a word, a colour and a shape, never a colour alone. Plain elements with the theme's classes: a table has hundreds. */
import type { ReactNode } from 'react'
import { i18n } from '../i18n/i18n.ts'
import type { Level } from '../theme/theme.ts'

/** Disc, half disc, ring, triangle, square: told apart without colour. */
const shapes: Record<Level, ReactNode> = {
  ok: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  working: <><circle cx="6" cy="6" r="3.75" fill="none" stroke="currentColor" strokeWidth="1.5" /><path d="M6 2.25a3.75 3.75 0 0 1 0 7.5z" fill="currentColor" /></>,
  waiting: <circle cx="6" cy="6" r="3.75" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  warning: <path d="M6 1.2 11.2 10.5H0.8z" fill="currentColor" />,
  failed: <path d="M2 2h8v8H2z" fill="currentColor" />,
}

/** Whoever shows it follows the language; a hook in each of hundreds would be felt. */
export function Mark({ level }: { level: Level }) {
  return <svg viewBox="0 0 12 12" role="img" aria-label={i18n.t(`status.${level}`)} data-level={level} className="mark">{shapes[level]}</svg>
}

export function StatusWord({ level, children }: { level: Level; children: ReactNode }) {
  return <span className="status"><Mark level={level} /><span className="word" data-level={level}>{children}</span></span>
}
