/** For the deploy form: is this image on the engine already, and is its name one that can be pulled at all. */
import { parseImageReference } from '../kubelet/runtime/image-reference.ts'
import { type ContainerRuntime, RuntimeError } from '../kubelet/runtime/types.ts'
import type { ImagePresence } from '../../shared/ipc.ts'
import { serviceUnavailable } from '../../shared/errors.ts'

/** Rejects with ServiceUnavailable when the engine cannot be asked. */
export async function imagePresence(runtime: ContainerRuntime | undefined, image: string): Promise<ImagePresence> {
  try {
    parseImageReference(image)
  } catch (e) {
    if (e instanceof RuntimeError) return { present: false, invalid: e.message }
    throw e
  }
  if (!runtime) throw serviceUnavailable('The kubelet has not started yet; try again in a moment')
  try {
    return { present: (await runtime.imageStatus(image)) !== undefined, invalid: '' }
  } catch (e) {
    throw serviceUnavailable((e as Error).message)
  }
}
