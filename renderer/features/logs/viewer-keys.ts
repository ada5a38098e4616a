/** What the keyboard does with lines. One table: the handler and the list of all keys are made from it. */
import { useEffect, type RefObject } from 'react'
import type { Key } from '../../i18n/i18n.ts'
import { inTyping, keyOf } from '../../shell/keys.ts'

export type ViewerCommand = 'next' | 'previous' | 'top' | 'bottom' | 'pause' | 'open' | 'copy' | 'link' | 'context' | 'cancel' | 'wrap' | 'times' | 'order' | 'pin' | 'save'
export const viewerKeys: readonly { readonly keys: readonly string[]; readonly command: ViewerCommand; readonly label: Key }[] = [
  { keys: ['j', 'ArrowDown'], command: 'next', label: 'logs.key.next' },
  { keys: ['k', 'ArrowUp'], command: 'previous', label: 'logs.key.previous' },
  { keys: ['g', 'Home'], command: 'top', label: 'logs.key.top' },
  { keys: ['G', 'End'], command: 'bottom', label: 'logs.key.bottom' },
  { keys: [' '], command: 'pause', label: 'logs.key.pause' },
  { keys: ['Enter', 'o'], command: 'open', label: 'logs.key.open' },
  { keys: ['y'], command: 'copy', label: 'logs.key.copy' },
  { keys: ['Y'], command: 'link', label: 'logs.key.link' },
  { keys: ['x'], command: 'context', label: 'logs.key.context' },
  { keys: ['w'], command: 'wrap', label: 'logs.key.wrap' },
  { keys: ['t'], command: 'times', label: 'logs.key.times' },
  { keys: ['n'], command: 'order', label: 'logs.key.order' },
  { keys: ['p'], command: 'pin', label: 'logs.key.pin' },
  { keys: ['s'], command: 'save', label: 'logs.key.save' },
  { keys: ['Escape'], command: 'cancel', label: 'logs.key.cancel' },
]
/** A second letter after `g` goes to a page. */
const GOING_MS = 1200

export function commandOf(key: string): ViewerCommand | undefined {
  return viewerKeys.find((k) => k.keys.includes(key))?.command
}

/** @param everywhere also when the focus is not within the lines */
export function useViewerKeys(scroller: RefObject<HTMLElement | null>, everywhere: boolean, run: RefObject<(command: ViewerCommand) => void>): void {
  useEffect(() => {
    let pressedG = -Infinity
    const listen = (e: KeyboardEvent): void => {
      const target = e.target as Element | null
      if (e.metaKey || e.ctrlKey || e.altKey || e.defaultPrevented || inTyping(e.target) || document.querySelector('[role=dialog], [role=menu]')) return
      const inside = scroller.current?.contains(target) ?? false
      if (!inside && (!everywhere || target?.closest('[role=tablist], [role=separator], [role=listbox], [role=grid], section[aria-label]'))) return
      // What has the focus is pressed by these itself.
      if ((e.key === ' ' || e.key === 'Enter') && target?.closest('button, a, summary, [role=button], [role=checkbox], input')) return
      const key = keyOf(e)
      const command = e.timeStamp - pressedG < GOING_MS && key !== 'g' ? undefined : commandOf(key)
      pressedG = key === 'g' ? e.timeStamp : -Infinity
      if (!command) return
      e.preventDefault()
      run.current(command)
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [scroller, everywhere, run])
}
