/** When answers that go on for as long as both sides like have ended. */
import type { ApiResponse } from './types.ts'

/** Whether an answer goes on after it has been given. */
export const isOpen = ({ body: { type } }: ApiResponse): boolean => type === 'watch' || type === 'stream' || type === 'upgrade'

/**
 * The answer, whose end is told: of a watch, a stream, or a connection that is taken over. Any other answer is as it was, and `begin` is
 * not called.
 * @param begin called as it begins; what it gives is called once, at its end
 */
export function toldWhenEnded(response: ApiResponse, begin: () => () => void): ApiResponse {
  const { body } = response
  if (body.type === 'watch') body.stream.whenEnded(begin())
  else if (body.type === 'stream') body.stream.once('close', begin())
  else if (body.type === 'upgrade') {
    const { handler } = body
    return {
      ...response,
      body: {
        type: 'upgrade',
        handler(request, socket, head) {
          socket.once('close', begin())
          handler(request, socket, head)
        },
      },
    }
  }
  return response
}
