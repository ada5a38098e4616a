/** Electron IPC as one more carrier of the endpoint's messages. The sender is checked here, once; a window's connection dies with it. */
import { ipcMain, type IpcMainEvent, type WebContents } from 'electron'
import { CHANNEL } from '../../shared/ipc.ts'
import { logger } from '../../shared/log.ts'
import type { Connection, Endpoint } from '../cluster/endpoint.ts'

const log = logger('shell')

/** Only the main frame of our own page may speak. */
export function trustedSender(event: Pick<IpcMainEvent, 'sender' | 'senderFrame'>): boolean {
  const frame = event.senderFrame
  if (!frame || frame.parent) return false
  const u = URL.parse(frame.url)
  return u?.protocol === 'app:' && u.host === 'pilothouse'
}

export function serveIpc(endpoint: Endpoint): () => void {
  const connections = new Map<number, Connection>()
  const connect = (sender: WebContents): Connection => {
    const connection = endpoint.connect((message) => { if (!sender.isDestroyed()) sender.send(CHANNEL, message) })
    const drop = (): void => {
      connection.close()
      sender.off('destroyed', drop)
      sender.off('did-start-navigation', navigated)
      if (connections.get(sender.id) === connection) connections.delete(sender.id)
    }
    // A page that loads anew has forgotten its subscriptions; a change of the hash is not a load.
    const navigated = (details: { isMainFrame: boolean; isSameDocument: boolean }): void => { if (details.isMainFrame && !details.isSameDocument) drop() }
    sender.on('destroyed', drop)
    sender.on('did-start-navigation', navigated)
    connections.set(sender.id, connection)
    return connection
  }
  const receive = (event: IpcMainEvent, message: unknown): void => {
    if (!trustedSender(event)) {
      log.warning('Refused a message from a page that is not the dashboard', { url: event.senderFrame?.url })
      return
    }
    const connection = connections.get(event.sender.id) ?? connect(event.sender)
    connection.receive(message)
  }
  ipcMain.on(CHANNEL, receive)
  return () => {
    ipcMain.removeListener(CHANNEL, receive)
    for (const connection of connections.values()) connection.close()
    connections.clear()
  }
}
