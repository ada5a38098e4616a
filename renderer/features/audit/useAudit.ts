/** The newest requests of the audit log that match, further ones back on demand, and new ones as they are answered. */
import { useEffect, useMemo, useState } from 'react'
import type { AuditEntry, AuditQuery } from '../../../shared/audit.ts'
import { toStatusError, type StatusError } from '../../../shared/errors.ts'
import { useConnection, useServices } from '../../cache/hooks.ts'
import { useLatest } from '../../lib/latest.ts'
import { AuditBuffer, MOST_ENTRIES } from './model.ts'

interface View {
  entries: readonly AuditEntry[]
  loading: boolean
  /** Older ones are being read. */
  reading: boolean
  error: StatusError | undefined
  dropped: number
  /** How many have come since following was put off. */
  waiting: number
  /** Where older ones go on; `''`: there are none. */
  next: string
  /** When the oldest one was asked that was looked at. */
  reached: string
}
export interface Audit extends View {
  isLive: (id: string) => boolean
  older: () => Promise<void>
  retry: () => void
}
const START: View = { entries: [], loading: true, reading: false, error: undefined, dropped: 0, waiting: 0, next: '', reached: '' }

export function useAudit(query: AuditQuery, follow: boolean): Audit {
  const { transport } = useServices()
  // A new connection reads again: what was asked while it was lost must not be missing.
  const { epoch, state } = useConnection()
  const [attempt, setAttempt] = useState(0)
  const key = JSON.stringify(query)
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- another query is another buffer
  const buffer = useMemo(() => new AuditBuffer(), [key, transport])
  // What has come while following is off; it may be more than is kept.
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- as the buffer
  const held = useMemo<{ entries: AuditEntry[]; count: number }>(() => ({ entries: [], count: 0 }), [buffer])
  const [view, setView] = useState<View>(START)
  const current = useLatest(buffer)
  const following = useLatest(follow)

  useEffect(() => {
    if (state !== 'open') return
    const request = JSON.parse(key) as AuditQuery
    const stop = new AbortController()
    // oxlint-disable-next-line react/set-state-in-effect -- the old query's requests must not stay on screen while the new one is read
    setView((v) => (buffer.entries.length ? { ...v, error: undefined } : START))
    const fail = (error: unknown): void => {
      if (!stop.signal.aborted) setView((v) => ({ ...v, loading: false, error: toStatusError(error) }))
    }
    // Following is opened first and doubles are dropped by id, so that nothing falls between the two.
    const end = transport.subscribe('audit.tail', request, ({ entries, dropped }) => {
      if (following.current) buffer.add(entries, true)
      else {
        held.entries = [...entries, ...held.entries].slice(0, MOST_ENTRIES)
        held.count += entries.length
      }
      setView((v) => ({ ...v, entries: buffer.entries, waiting: held.count, dropped: v.dropped + dropped }))
    }, (status) => { if (status) fail(toStatusError(new Error(status.message))) })
    transport.call('audit.query', request, stop.signal).then(({ entries, next, reached }) => {
      buffer.add(entries)
      setView((v) => ({ ...v, entries: buffer.entries, loading: false, next, reached }))
    }, fail)
    return () => {
      stop.abort()
      end()
    }
  }, [transport, buffer, held, following, key, epoch, state, attempt])

  useEffect(() => {
    if (!follow || held.count === 0) return
    buffer.add(held.entries, true)
    held.entries = []
    held.count = 0
    // oxlint-disable-next-line react/set-state-in-effect -- what was held back is shown when following goes on
    setView((v) => ({ ...v, entries: buffer.entries, waiting: 0 }))
  }, [follow, buffer, held])

  const older = async (): Promise<void> => {
    setView((v) => ({ ...v, reading: true, error: undefined }))
    try {
      const { entries, next, reached } = await transport.call('audit.query', { ...(JSON.parse(key) as AuditQuery), before: view.next })
      if (current.current !== buffer) return
      buffer.add(entries)
      setView((v) => ({ ...v, entries: buffer.entries, reading: false, next: buffer.full ? '' : next, reached: reached || v.reached }))
    } catch (error) {
      setView((v) => ({ ...v, reading: false, error: toStatusError(error) }))
    }
  }
  return { ...view, isLive: (id) => buffer.live.has(id), older, retry: () => setAttempt((n) => n + 1) }
}
