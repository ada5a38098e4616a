import { realClock } from '../../../../shared/clock.ts'
import { describeRuntime } from '../contract.ts'
import { createHollowRuntime } from './index.ts'

describeRuntime('hollow', async () => {
  const runtime = createHollowRuntime({ clock: realClock })
  return { runtime, image: 'pilothouse.dev/hello:1', close: () => runtime.close() }
})
