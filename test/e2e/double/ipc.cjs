'use strict'
const { EventEmitter } = require('node:events')
const codec = require('./codec.cjs')

const { encode, decode } = codec()
/** ipcMain, fed by the pages' bindings. */
class IpcMain extends EventEmitter {
  #handlers = new Map()
  handle(channel, handler) { this.#handlers.set(channel, handler) }
  removeHandler(channel) { this.#handlers.delete(channel) }
  async dispatch(sender, text) {
    const { kind, channel, args } = JSON.parse(text)
    const event = { sender, senderFrame: { url: sender.getURL(), parent: null } }
    if (kind === 'send') {
      this.emit(channel, event, ...decode(args))
      return '{}'
    }
    const handler = this.#handlers.get(channel)
    if (!handler) return JSON.stringify({ error: `Error: No handler registered for '${channel}'` })
    try {
      return JSON.stringify({ value: encode(await handler(event, ...decode(args))) })
    } catch (e) {
      return JSON.stringify({ error: String(e) })
    }
  }
}
module.exports = { ipcMain: new IpcMain() }
