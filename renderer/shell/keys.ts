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

export type Command = { go: string } | 'palette' | 'help' | 'filter' | 'deploy' | 'escape'

/** Turns key presses into commands; remembers a `g` for a moment. */
export class Keyboard {
  #pressedG = -Infinity

  read(event: Pick<KeyboardEvent, 'key' | 'metaKey' | 'ctrlKey' | 'altKey' | 'timeStamp'>, typing: boolean): Command | undefined {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') return 'palette'
    if (event.metaKey || event.ctrlKey || event.altKey) return undefined
    if (event.key === 'Escape') return 'escape'
    if (typing) return undefined
    const afterG = event.timeStamp - this.#pressedG < SEQUENCE_TIMEOUT
    this.#pressedG = event.key === 'g' && !afterG ? event.timeStamp : -Infinity
    if (afterG) {
      const target = goKeys.find((g) => g.key === event.key)
      return target ? { go: target.path } : undefined
    }
    if (event.key === '?') return 'help'
    if (event.key === '/') return 'filter'
    if (event.key === 'c') return 'deploy'
    return undefined
  }
}
