/** Ports for tests that must name one before it is listened on. */
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Systems hand out the ports above to whoever asks for any, and a cluster its node ports; below are those that have names. */
const [FIRST, END] = [11_000, 29_900] as const
const given = new Set<number>()

/**
 * A port that nobody listens on, and that nobody is handed who asks for any: what closes a port and names it a moment later may find
 * that another process has it by then. No process is given the same one twice.
 */
export async function ownPort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, END)
    if (given.has(port)) continue
    given.add(port)
    if (await isFree(port)) return port
  }
}

/** By TCP and by UDP, on every address. */
async function isFree(port: number): Promise<boolean> {
  const [tcp, udp] = [createServer(), createSocket('udp4')]
  try {
    await once(tcp.listen(port), 'listening')
    udp.bind(port)
    await once(udp, 'listening')
    return true
  } catch (e) {
    if (!['EADDRINUSE', 'EACCES'].includes((e as NodeJS.ErrnoException).code ?? '')) throw e
    return false
  } finally {
    await new Promise((resolve) => { tcp.close(resolve) })
    await new Promise<void>((resolve) => { udp.close(resolve) })
  }
}
