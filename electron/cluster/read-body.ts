/** An API answer as a value, for callers that take no bytes. */
import type { ApiBody } from '../apiserver/types.ts'
import { badRequest } from '../../shared/errors.ts'

/** Answers of this size are for streams, not for one message. */
const MAX_TEXT = 4 * 1024 * 1024

export async function readBody(body: ApiBody): Promise<unknown> {
  switch (body.type) {
    case 'object': return body.value
    case 'empty': return undefined
    case 'bytes': {
      const text = Buffer.from(body.bytes).toString('utf8')
      return body.contentType.includes('json') ? JSON.parse(text) : text
    }
    case 'stream': {
      const chunks: Buffer[] = []
      let size = 0
      for await (const chunk of body.stream) {
        const bytes = Buffer.from(chunk as Uint8Array)
        size += bytes.length
        if (size > MAX_TEXT) {
          body.stream.destroy()
          throw badRequest(`the answer is larger than ${MAX_TEXT} bytes; ask for less`)
        }
        chunks.push(bytes)
      }
      return Buffer.concat(chunks).toString('utf8')
    }
    case 'watch':
      body.stream.close()
      throw badRequest('a watch must be subscribed to')
    case 'upgrade': throw badRequest('this path needs a connection of its own')
  }
}
