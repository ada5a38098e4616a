/** The settings the main process keeps: language and theme. */
import { useColorScheme } from '@mui/material/styles'
import { useEffect } from 'react'
import type { Settings } from '../../shared/ipc.ts'
import { defaultSettings } from '../../shared/ipc.ts'
import { useConnection, useServices } from '../cache/hooks.ts'
import type { Transport } from '../transport/transport.ts'
import { applyLanguage } from '../i18n/i18n.ts'
import { Value } from '../lib/value.ts'
import { say } from '../ui/snack.tsx'
import { toStatusError } from '../../shared/errors.ts'

export const settings = new Value<Settings>(defaultSettings)

/** Shows the change at once; takes it back, and says why, when it cannot be kept. */
export async function changeSettings(transport: Transport, change: Partial<Settings>): Promise<void> {
  const before = settings.get()
  settings.set({ ...before, ...change })
  try {
    settings.set(await transport.call('settings.set', change))
  } catch (error) {
    settings.set(before)
    say(toStatusError(error).message)
  }
}

/** Reads them when the connection opens, and keeps page and settings alike. */
export function useSettings(): void {
  const { transport } = useServices()
  const { setMode } = useColorScheme()
  const { epoch, state } = useConnection()
  useEffect(() => {
    if (state !== 'open') return
    const stop = new AbortController()
    // Without an answer the defaults stay, which follow the system.
    transport.call('settings.get', {}, stop.signal).then((s) => settings.set(s), (error: unknown) => { if (!stop.signal.aborted) say(toStatusError(error).message) })
    return () => stop.abort()
  }, [transport, epoch, state])
  useEffect(() => {
    const apply = (): void => {
      setMode(settings.get().theme)
      void applyLanguage(settings.get().language)
    }
    apply()
    return settings.subscribe(apply)
  }, [setMode])
}
