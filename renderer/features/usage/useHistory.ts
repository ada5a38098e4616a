/** Usage over a time, asked for again whenever there is something new, and only while the page can be seen; what is past is asked for once. */
import { useEffect, useState } from 'react'
import { toStatusError } from '../../../shared/errors.ts'
import type { MetricsHistory, MetricsRequest } from '../../../shared/ipc.ts'
import { useServices } from '../../cache/hooks.ts'

/** After a failure, in milliseconds. */
const AGAIN = 15_000

export function useHistory(request: MetricsRequest): { history: MetricsHistory | undefined; error: string } {
  const { transport } = useServices()
  const [state, setState] = useState<{ history: MetricsHistory | undefined; error: string }>({ history: undefined, error: '' })
  const key = JSON.stringify(request)
  useEffect(() => {
    const asked = JSON.parse(key) as MetricsRequest
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const later = (ms: number): void => { timer = setTimeout(look, ms) }
    const look = (): void => {
      clearTimeout(timer)
      if (document.hidden) return
      transport.call('metrics.history', asked, stop.signal).then((history) => {
        setState({ history, error: '' })
        if (asked.to === undefined) later(history.periodMs)
      }, (e: unknown) => {
        if (stop.signal.aborted) return
        setState((old) => ({ ...old, error: toStatusError(e).message }))
        later(AGAIN)
      })
    }
    // What was shown before stays until there is something new: charts do not blink when their range changes.
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
