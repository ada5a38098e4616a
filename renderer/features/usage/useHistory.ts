/** Usage over the last hour, asked for again whenever there is something new, and only while the page can be seen. */
import { useEffect, useState } from 'react'
import { toStatusError } from '../../../shared/errors.ts'
import type { MetricsHistory, MetricsScope } from '../../../shared/ipc.ts'
import { useServices } from '../../cache/hooks.ts'

/** After a failure, in milliseconds. */
const AGAIN = 15_000

export function useHistory(scope: MetricsScope): { history: MetricsHistory | undefined; error: string } {
  const { transport } = useServices()
  const [state, setState] = useState<{ history: MetricsHistory | undefined; error: string }>({ history: undefined, error: '' })
  const key = JSON.stringify(scope)
  useEffect(() => {
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const later = (ms: number): void => { timer = setTimeout(look, ms) }
    const look = (): void => {
      clearTimeout(timer)
      if (document.hidden) return
      transport.call('metrics.history', JSON.parse(key) as MetricsScope, stop.signal).then((history) => {
        setState({ history, error: '' })
        later(history.periodMs)
      }, (e: unknown) => {
        if (stop.signal.aborted) return
        setState((old) => ({ ...old, error: toStatusError(e).message }))
        later(AGAIN)
      })
    }
    document.addEventListener('visibilitychange', look)
    look()
    return () => {
      stop.abort()
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [transport, key])
  return state
}
