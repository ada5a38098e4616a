/** What the API server is asked for, while the picture is on view and the window in sight. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { useServices } from '../../cache/hooks.ts'
import type { SeenRequest } from '../../../shared/traffic.ts'

export const MOST_SHOWN = 5
/** The words change no faster than they can be read. */
const PAUSE = 400
/** After the server has said no: it is starting or stopping. */
const AGAIN = 2000

/** Takes a listener of every sample; returns its removal. */
export type Onlooker = (listener: (requests: readonly SeenRequest[]) => void) => () => void
export interface Traffic {
  /** Newest first. */
  latest: readonly { key: number; request: SeenRequest }[]
  onSeen: Onlooker
}

export function useTraffic(): Traffic {
  const { transport } = useServices()
  const [latest, setLatest] = useState<Traffic['latest']>([])
  const listeners = useRef(new Set<(requests: readonly SeenRequest[]) => void>())
  useEffect(() => {
    let waiting: SeenRequest[] = []
    let count = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    let again: ReturnType<typeof setTimeout> | undefined
    let end: (() => void) | undefined
    const tell = (): void => {
      timer = undefined
      const fresh = waiting.splice(0).slice(-MOST_SHOWN).reverse().map((request) => ({ key: ++count, request }))
      setLatest((old) => [...fresh, ...old].slice(0, MOST_SHOWN))
    }
    const follow = (): void => {
      end?.()
      clearTimeout(again)
      end = document.hidden ? undefined : transport.subscribe('api.requests', {}, ({ requests }) => {
        for (const listener of listeners.current) listener(requests)
        waiting = [...waiting, ...requests].slice(-MOST_SHOWN)
        timer ??= setTimeout(tell, PAUSE)
      }, () => { again = setTimeout(follow, AGAIN) })
    }
    document.addEventListener('visibilitychange', follow)
    follow()
    return () => {
      document.removeEventListener('visibilitychange', follow)
      clearTimeout(timer)
      clearTimeout(again)
      end?.()
    }
  }, [transport])
  const onSeen = useCallback<Onlooker>((listener) => {
    listeners.current.add(listener)
    return () => void listeners.current.delete(listener)
  }, [])
  return { latest, onSeen }
}
