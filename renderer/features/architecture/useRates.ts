/** How fast the boxes work, looked at every few seconds while the picture is on view and the window in sight: counters announce nothing. */
import { useEffect, useState } from 'react'
import { useApi } from '../../cache/hooks.ts'
import type { Api } from '../../cache/api.ts'
import { ratesOf, totalsOf } from './rates.ts'
import type { Totals } from './rates.ts'

const PERIOD = 3000
/** A component that is not there has no text. */
const text = (api: Api, path: string, signal: AbortSignal): Promise<string> => api.transport.call('api', { method: 'GET', path, accept: 'text/plain' }, signal).then(({ status, body }) => (status < 400 && typeof body === 'string' ? body : ''))

export function useRates(): Partial<Totals> {
  const api = useApi()
  const [rates, setRates] = useState<Partial<Totals>>({})
  useEffect(() => {
    const stop = new AbortController()
    let before: { at: number; totals: Totals } | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = async (): Promise<void> => {
      if (!document.hidden) {
        try {
          const [own, manager, scheduler, dns] = await Promise.all(['/metrics?name[]=apiserver_request_total', '/metrics/kube-controller-manager', '/metrics/kube-scheduler', '/metrics/kube-dns'].map((path) => text(api, path, stop.signal)))
          const now = { at: Date.now(), totals: totalsOf(own ?? '', manager ?? '', scheduler ?? '', dns ?? '') }
          setRates(ratesOf(before, now))
          before = now
        } catch {
          // The connection's notice says it already; without figures there are no rates.
          if (!stop.signal.aborted) setRates({})
          before = undefined
        }
      }
      if (!stop.signal.aborted) timer = setTimeout(() => void look(), PERIOD)
    }
    void look()
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [api])
  return rates
}
