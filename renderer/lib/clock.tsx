/** Time on screen: relative in tables, absolute with its zone on hover. A component renders again only when its words change. */
import { useSyncExternalStore } from 'react'
import { age } from '../../shared/duration.ts'

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

/** Ticks once a second, and only while somebody looks. */
export function everySecond(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    for (const each of listeners) each()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

type Time = string | null | undefined
export const useAge = (time: Time): string => useSyncExternalStore(everySecond, () => (time ? age(time, Date.now()) : ''))

const formats = new Map<string, Intl.DateTimeFormat>()
/** With seconds and zone, in the page's language. Making a format is slow, so each language's is kept. */
export function absolute(time: string | number): string {
  const { lang } = document.documentElement
  let format = formats.get(lang)
  if (!format) formats.set(lang, (format = new Intl.DateTimeFormat(lang || undefined, { dateStyle: 'medium', timeStyle: 'long' })))
  return format.format(new Date(time))
}

export function Age({ time }: { time: Time }) {
  const words = useAge(time)
  return time ? <time dateTime={time} title={absolute(time)}>{words}</time> : <span>–</span>
}
