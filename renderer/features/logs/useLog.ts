/** The newest lines that match a query, and then every new one as it comes. */
import { useEffect, useMemo, useState } from 'react'
import { useLatest } from '../../lib/latest.ts'
import { toStatusError } from '../../../shared/errors.ts'
import type { StatusError } from '../../../shared/errors.ts'
import type { LogEntry, LogQuery } from '../../../shared/ipc.ts'
import { useConnection, useServices } from '../../cache/hooks.ts'
import { browserFrame } from '../../cache/store.ts'
import { LogBuffer } from './buffer.ts'

export interface Log {
  entries: readonly LogEntry[]
  loading: boolean
  error: StatusError | undefined
  dropped: number
  /** There are older lines in the store. */
  more: boolean
  older: () => Promise<void>
  retry: () => void
}
const FIRST = 1000
const WAITING = 20_000

export function useLog(query: LogQuery): Log {
  const { transport } = useServices()
  // A new connection reads again: what was written while it was lost must not be missing.
  const { epoch, state } = useConnection()
  const [attempt, setAttempt] = useState(0)
  const key = JSON.stringify(query)
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- another query is another buffer
  const buffer = useMemo(() => new LogBuffer(), [key, transport])
  const [view, setView] = useState<Pick<Log, 'entries' | 'loading' | 'error' | 'dropped' | 'more'>>({ entries: [], loading: true, error: undefined, dropped: 0, more: false })
  const current = useLatest(buffer)

  useEffect(() => {
    if (state !== 'open') return
    const request = JSON.parse(key) as LogQuery
    const stop = new AbortController()
    let waiting: LogEntry[] = []
    let dropped = 0
    let cancel: (() => void) | undefined
    // oxlint-disable-next-line react/set-state-in-effect -- the old query's lines must not stay on screen while the new one is read
    setView((v) => ({ ...v, entries: buffer.entries, loading: buffer.entries.length === 0, error: undefined }))
    const flush = (): void => {
      cancel = undefined
      buffer.add(waiting)
      waiting = []
      setView((v) => ({ ...v, entries: buffer.entries, dropped }))
    }
    const fail = (error: unknown): void => {
      if (!stop.signal.aborted) setView((v) => ({ ...v, loading: false, error: toStatusError(error) }))
    }
    // The tail is opened first and doubles are dropped by sequence, so no line falls between the two.
    const end = transport.subscribe('logs.tail', request, (message) => {
      waiting.push(...message.entries)
      if (waiting.length > WAITING) dropped += waiting.splice(0, waiting.length - WAITING).length
      dropped += message.dropped
      cancel ??= browserFrame(flush)
    }, (status) => { if (status) fail(toStatusError(new Error(status.message))) })
    transport.call('logs.query', { ...request, limit: FIRST }, stop.signal).then((page) => {
      buffer.add(page.entries)
      setView((v) => ({ ...v, entries: buffer.entries, loading: false, more: page.more }))
    }, fail)
    return () => {
      stop.abort()
      cancel?.()
      end()
    }
  }, [transport, buffer, key, epoch, state, attempt])

  const older = async (): Promise<void> => {
    const [first] = buffer.entries
    if (!first) return
    try {
      const page = await transport.call('logs.query', { ...(JSON.parse(key) as LogQuery), limit: FIRST, before: { time: first.time, sequence: first.sequence } })
      if (current.current !== buffer) return
      buffer.add(page.entries)
      setView((v) => ({ ...v, entries: buffer.entries, more: page.more }))
    } catch (error) {
      setView((v) => ({ ...v, error: toStatusError(error) }))
    }
  }
  return { ...view, older, retry: () => setAttempt((n) => n + 1) }
}
