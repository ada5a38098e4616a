/** What the keyboard does. One table: the handler and the list of all keys are made from it. */
import type { Key } from '../i18n/i18n.ts'

/** `g` and then the letter. */
export const goKeys: { key: string; path: string; label: Key }[] = [
  { key: 'o', path: '/overview', label: 'nav.overview' },
  { key: 'a', path: '/architecture', label: 'nav.architecture' },
  { key: 'p', path: '/pods', label: 'nav.pods' },
  { key: 'd', path: '/deployments', label: 'nav.deployments' },
  { key: 's', path: '/services', label: 'nav.services' },
  { key: 'l', path: '/logs', label: 'nav.logs' },
  { key: 'e', path: '/events', label: 'nav.events' },
  { key: 'u', path: '/audit', label: 'nav.audit' },
  { key: 'n', path: '/nodes', label: 'nav.nodes' },
  { key: 't', path: '/statefulsets', label: 'nav.statefulsets' },
  { key: 'b', path: '/jobs', label: 'nav.jobs' },
  { key: 'i', path: '/ingresses', label: 'nav.ingresses' },
  { key: 'c', path: '/configmaps', label: 'nav.configmaps' },
  { key: 'v', path: '/persistentvolumeclaims', label: 'nav.persistentvolumeclaims' },
  { key: 'm', path: '/namespaces', label: 'nav.namespaces' },
]
export const SEQUENCE_TIMEOUT = 1200

/** What has the focus inside: an editor stands in a shadow root, and its events name only the root's host. */
function innermost(target: EventTarget | null): EventTarget | null {
  const inside = target instanceof HTMLElement ? target.shadowRoot?.activeElement : undefined
  return inside ? innermost(inside) : target
}
/** The key belongs to a field the user is typing in. */
export const inTyping = (outer: EventTarget | null): boolean => isField(innermost(outer))
const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName) || (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)))

/** Of the alphabets that are Latin with marks. */
const LAST_LATIN = '\u024f'
/** The letter that a key bears in Latin writing, also while its owner writes another, as Korean: its place says which it is. */
export function keyOf({ key, code, shiftKey }: Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey'>): string {
  const letter = /^Key([A-Z])$/.exec(code)?.[1]
  const otherScript = key === 'Process' || (key.length === 1 && key > LAST_LATIN)
  if (!letter || !otherScript) return key
  return shiftKey ? letter : letter.toLowerCase()
}

export type Command = { go: string } | 'palette' | 'help' | 'filter' | 'deploy' | 'escape'

/** Turns key presses into commands; remembers a `g` for a moment. */
export class Keyboard {
  #pressedG = -Infinity

  read(event: Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey' | 'metaKey' | 'ctrlKey' | 'altKey' | 'timeStamp'>, typing: boolean): Command | undefined {
    const key = keyOf(event)
    if ((event.metaKey || event.ctrlKey) && key.toLowerCase() === 'k') return 'palette'
    if (event.metaKey || event.ctrlKey || event.altKey) return undefined
    if (key === 'Escape') return 'escape'
    if (typing) return undefined
    const afterG = event.timeStamp - this.#pressedG < SEQUENCE_TIMEOUT
    this.#pressedG = key === 'g' && !afterG ? event.timeStamp : -Infinity
    if (afterG) {
      const target = goKeys.find((g) => g.key === key)
      return target ? { go: target.path } : undefined
    }
    if (key === '?') return 'help'
    if (key === '/') return 'filter'
    if (key === 'c') return 'deploy'
    return undefined
  }
}
