/** Whether the container engine answers, as the dashboard shows it. */
import type { ContainerRuntime } from '../kubelet/runtime/types.ts'
import type { StateHolder } from './state.ts'

/** Follows the runtime's own connection; no polling. The answer stops it. */
export function watchEngine(runtime: ContainerRuntime, state: StateHolder): () => void {
  let stopped = false
  const look = (): void => {
    runtime.version().then(
      (v) => { if (!stopped) state.update({ engine: { available: true, message: '', version: v.version } }) },
      (e: unknown) => { if (!stopped) state.update({ engine: { available: false, message: (e as Error).message } }) },
    )
  }
  const subscription = runtime.subscribe((event) => {
    if (event.type === 'available') look()
    else if (event.type === 'unavailable') state.update({ engine: { available: false, message: event.message } })
  })
  look()
  return () => {
    stopped = true
    subscription.close()
  }
}
