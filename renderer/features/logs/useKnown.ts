/** Values of a key that the store knows, the most usual first: also of what is gone from the cluster. */
import { useEffect, useState } from 'react'
import { useConnection, useServices } from '../../cache/hooks.ts'

/** @param begun what a value has to contain @param tick asked again when it changes */
export function useKnown(key: string, begun: string, active: boolean, tick: number): readonly string[] {
  const { transport } = useServices()
  const { epoch, state } = useConnection()
  const [known, setKnown] = useState<readonly string[]>([])
  useEffect(() => {
    if (!active || state !== 'open') return undefined
    const stop = new AbortController()
    const text = `${key}:${begun.replace(/[\s()",]/g, '')}`
    // Without an answer what was known stays; the lines' own error says what is wrong.
    transport.call('logs.complete', { text, cursor: text.length }, stop.signal).then(({ options }) => setKnown(options.map((o) => unquoted(o.text))), () => undefined)
    return () => stop.abort()
  }, [transport, key, begun, active, tick, state, epoch])
  return known
}
const unquoted = (text: string): string => (text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text)
