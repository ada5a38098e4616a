/** A key of the chosen object, such as `l` for its logs; not while typing, and not under a dialog. */
import { useEffect, useRef } from 'react'
import { useLatest } from '../lib/latest.ts'
import { inTyping, keyOf } from '../shell/keys.ts'

export function useKey(key: string, run: () => void): void {
  const latest = useLatest(run)
  const lastG = useRef(-Infinity)
  useEffect(() => {
    const listen = (e: KeyboardEvent): void => {
      if (e.metaKey || e.ctrlKey || e.altKey || inTyping(e.target) || document.querySelector('[role=dialog]')) return
      const pressed = keyOf(e)
      // The second letter of `g l` belongs to going, not to the object.
      if (pressed === key && e.timeStamp - lastG.current > 1200) {
        e.preventDefault()
        latest.current()
      }
      if (pressed === 'g') lastG.current = e.timeStamp
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [key, latest])
}
