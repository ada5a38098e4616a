/** Whether the image is on the engine already; asked a moment after typing stops. */
import { useEffect, useState } from 'react'
import { useServices } from '../../cache/hooks.ts'

export type Presence = { state: 'unknown' | 'checking' | 'present' | 'pulled' } | { state: 'invalid'; why: string }
const TYPING_PAUSE = 250

export function usePresence(image: string, plausible: boolean): Presence {
  const { transport } = useServices()
  const [presence, setPresence] = useState<Presence>({ state: 'unknown' })
  useEffect(() => {
    if (!plausible) return
    const stop = new AbortController()
    const timer = setTimeout(() => {
      setPresence({ state: 'checking' })
      transport.call('images.presence', { image }, stop.signal).then(
        ({ present, invalid }) => setPresence(invalid !== '' ? { state: 'invalid', why: invalid } : { state: present ? 'present' : 'pulled' }),
        // Without an engine there is no answer; the form works all the same.
        () => void (stop.signal.aborted || setPresence({ state: 'unknown' })),
      )
    }, TYPING_PAUSE)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [transport, image, plausible])
  return plausible ? presence : { state: 'unknown' }
}
