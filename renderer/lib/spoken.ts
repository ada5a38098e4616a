/** What the main process says, in the page's language; other people's words as they are. Pure. */
import type { TFunction } from 'i18next'
import { readHealthText } from '../../shared/component-health.ts'
import type { ComponentHealth } from '../../shared/ipc.ts'
import type { Phrase } from '../../shared/phrases.ts'
import { readShipFault } from '../../shared/shipping-faults.ts'

type Say = (text: string, t: TFunction) => string
/** Other sentences of the same kind may stand in two of its gaps. */
const fill = (words: Phrase<string>['words'], say: Say, t: TFunction): { why: string } =>
  Object.fromEntries(Object.entries(words).map(([gap, word]) => [gap, gap === 'why' || gap === 'how' ? say(word, t) : word])) as { why: string }

// Which gaps a sentence has belongs to it, which the types of all of them together cannot tell.
/** What went wrong with a destination of logs. */
export function shipFaultIn(text: string, t: TFunction): string {
  const read = readShipFault(text)
  return read ? t(`shipping.fault.${read.name}` as 'shipping.fault.keyRefusedWhy', fill(read.words, shipFaultIn, t)) : text
}

type Said = (text: string) => string
let inKorean: Said = (text) => text
/** The cluster's sentences in Korean arrive with that language. */
export const speakKorean = (said: Said): void => { inKorean = said }
/** What the cluster says in its objects and answers. @param language the page's: `i18n.language` */
export const saidIn = (text: string, language: string): string => (language === 'ko' ? inKorean(text) : text)

/** What a box of the picture says of itself. */
export function healthIn(text: string, t: TFunction): string {
  const read = readHealthText(text)
  return read ? t(`health.${read.name}` as 'health.logs.down', fill(read.words, healthIn, t)) : text
}
export const componentsIn = (components: readonly ComponentHealth[], t: TFunction): readonly ComponentHealth[] => components.map((c) => ({ ...c, message: healthIn(c.message, t) }))
