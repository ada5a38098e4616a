/** What every controller is made of, and what a controller is to the manager. */
import type { ComponentContext } from '../client/component.ts'
import type { EventRecorder } from '../client/types.ts'

export interface ControllerContext extends ComponentContext {
  readonly events: EventRecorder
}

/** Handlers are added when it is made; work begins with `start`, when the informers have synced. */
export interface Controller {
  readonly name: string
  start(): void
  stop(): Promise<void>
}
