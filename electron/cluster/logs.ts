/** The central log store, and the sink that puts the control plane's own records into it. */
import type { LogSink } from '../../shared/log.ts'
import { createComponentLogSink, openLogStore } from '../logging/index.ts'
import type { LogStore } from '../logging/types.ts'
import type { BuildContext } from './context.ts'

export async function openLogs({ data, clock, teardown }: Omit<BuildContext, 'network'>, addSink: (sink: LogSink) => () => void): Promise<LogStore> {
  const store = await openLogStore({ directory: data.logs, clock })
  teardown.add('log store', () => store.close())
  teardown.add('component logs', addSink(createComponentLogSink(store)))
  return store
}
