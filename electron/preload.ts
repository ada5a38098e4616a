/** The bridge, and nothing but the bridge: a pipe for the messages of shared/ipc.ts. No feature appears here. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import { type Bridge, CHANNEL, type ClientMessage, type ServerMessage } from '../shared/ipc.ts'

const bridge: Bridge = {
  send(message: ClientMessage) {
    ipcRenderer.send(CHANNEL, message)
  },
  onMessage(listener) {
    const receive = (_event: IpcRendererEvent, message: ServerMessage): void => listener(message)
    ipcRenderer.on(CHANNEL, receive)
    return () => { ipcRenderer.removeListener(CHANNEL, receive) }
  },
}
contextBridge.exposeInMainWorld('pilothouse', bridge)
