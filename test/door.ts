/** A socket that leads to the engine when it is open: an engine that comes later, or goes away. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export class Door {
  readonly path = join(mkdtempSync(join(tmpdir(), 'pilothouse-door-')), 'docker.sock')
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined

  open(): Promise<void> {
    const server = createServer((near) => {
      const far = createConnection('/var/run/docker.sock')
      for (const [a, b] of [[near, far], [far, near]] as const) {
        this.#sockets.add(a)
        a.pipe(b)
        a.on('error', () => b.destroy())
        a.on('close', () => { this.#sockets.delete(a); b.destroy() })
      }
    })
    this.#server = server
    return new Promise((resolve, reject) => server.once('error', reject).listen(this.path, resolve))
  }

  /** As an engine that stops: what goes through ends, and nothing answers until it is opened again. */
  shut(): void {
    this.#server?.close()
    for (const s of this.#sockets) s.destroy()
  }

  close(): void {
    this.shut()
    rmSync(join(this.path, '..'), { recursive: true, force: true })
  }
}
