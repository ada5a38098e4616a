/** Counts over time of a query, and anew while lines come: never more often than it is worth. */
import { useEffect, useState } from 'react'
import type { LogHistogram } from '../../../shared/logs/types.ts'
import { toStatusError, StatusError } from '../../../shared/errors.ts'
import { useConnection, useServices } from '../../cache/hooks.ts'
import { useLatest } from '../../lib/latest.ts'

const BUCKETS = 120
const LEAST_MS = 2_000
/** Counting may take so large a part of the time. */
const PART = 10

export interface Counted {
  readonly histogram: LogHistogram | undefined
  readonly error: StatusError | undefined
  readonly retry: () => void
}
/** @param arrived how many lines have come; counted again when it has risen */
export function useHistogram(query: string, arrived: number, active: boolean): Counted {
  const { transport } = useServices()
  const { epoch, state } = useConnection()
  const [counted, setCounted] = useState<Omit<Counted, 'retry'> & { query: string; arrived: number; pause: number }>({ histogram: undefined, error: undefined, query, arrived: 0, pause: LEAST_MS })
  const [round, setRound] = useState(0)
  const now = useLatest(arrived)
  const changed = counted.query === query && counted.histogram?.done === true && arrived > counted.arrived
  useEffect(() => {
    if (!active || !changed) return undefined
    const timer = setTimeout(() => setRound((n) => n + 1), counted.pause)
    return () => clearTimeout(timer)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the pause belongs to the change
  }, [active, changed])
  useEffect(() => {
    if (!active || state !== 'open') return undefined
    const began = performance.now()
    const seen = now.current
    return transport.subscribe('logs.histogram', { query, buckets: BUCKETS }, (histogram) => {
      // A first count is shown as it grows; a later one takes its place when it is whole.
      setCounted((c) => (c.query === query && c.histogram?.done && !histogram.done ? c : { histogram, error: undefined, query, arrived: seen, pause: Math.max(LEAST_MS, (performance.now() - began) * PART) }))
    }, (status) => { if (status) setCounted((c) => ({ ...c, query, error: toStatusError(new StatusError(status)) })) })
  }, [transport, query, active, state, epoch, round, now])
  const retry = (): void => setRound((n) => n + 1)
  return counted.query === query ? { histogram: counted.histogram, error: counted.error, retry } : { histogram: undefined, error: undefined, retry }
}
