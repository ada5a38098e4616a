/** What the cluster says, in the page's language; its own words are there when one points at it. */
import { useTranslation } from 'react-i18next'
import { saidIn } from '../lib/spoken.ts'

/** @param text one sentence, or several that belong together, with `between` them */
export function Said({ text, between = '. ' }: { text: string | readonly string[]; between?: string }) {
  const { i18n: { language } } = useTranslation()
  const own = typeof text === 'string' ? [text] : text
  const original = own.join(between)
  const said = own.map((one) => saidIn(one, language)).join(between)
  // Where it is cut off, the rest of it is to be had there, too.
  return <span title={said === original ? original : `${said}\n\n${original}`}>{said}</span>
}
