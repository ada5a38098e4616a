/** A ref that holds the newest value once it is on screen: for listeners that are set up once. */
import { useLayoutEffect, useRef } from 'react'
import type { RefObject } from 'react'

export function useLatest<T>(value: T): RefObject<T> {
  const ref = useRef(value)
  useLayoutEffect(() => {
    ref.current = value
  })
  return ref
}
