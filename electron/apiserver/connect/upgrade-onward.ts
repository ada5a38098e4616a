/** A protocol upgrade that another server answers: the head goes as it came, then bytes both ways. */
import { connect as tlsConnect } from 'node:tls'
import { logger } from '../../../shared/log.ts'
import type { ApiRequest, ApiResponse } from '../types.ts'
import { onwardHeaders, type Onward } from './forward.ts'

const log = logger('kube-apiserver')
const LINE_BREAK = /[\r\n]/

/** The door that has the caller's connection does the rest. */
export async function upgradeOnward(_asked: ApiRequest, { socket, tls, host, path, headers }: Onward): Promise<ApiResponse> {
  return {
    status: 101,
    body: {
      type: 'upgrade',
      handler(request, client, head) {
        const server = tls ? tlsConnect({ ...tls, socket }) : socket
        const lines = Object.entries<string | string[]>({ ...onwardHeaders(request, host), ...headers }).flatMap(([name, value]) => [value].flat().filter((v) => !LINE_BREAK.test(v)).map((v) => `${name}: ${v}`))
        server.write([`${request.method} ${path} HTTP/1.1`, ...lines, 'connection: Upgrade', `upgrade: ${request.headers['upgrade'] ?? ''}`, '', ''].join('\r\n'))
        if (head.length) server.write(head)
        server.pipe(client).pipe(server)
        server.on('error', (error) => {
          log.debug('a proxied connection failed', { error })
          client.destroy()
        })
        server.on('close', () => client.end())
        client.on('close', () => server.destroy())
      },
    },
  }
}
