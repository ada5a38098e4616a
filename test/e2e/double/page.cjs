'use strict'
// Runs in the page before its own scripts: gives the built preload the `electron` of a sandboxed renderer.
module.exports = function bootPage(codec, preload) {
  if (window.top !== window || globalThis.__fromMain) return
  const { encode, decode } = codec()
  const listeners = new Map()
  const on = (channel, listener) => {
    if (!listeners.has(channel)) listeners.set(channel, [])
    listeners.get(channel).push(listener)
  }
  const off = (channel, listener) => listeners.set(channel, (listeners.get(channel) ?? []).filter((l) => l !== listener))
  const toMain = (kind, channel, args) => globalThis.__toMain(JSON.stringify({ kind, channel, args: encode(args) }))
  const ipcRenderer = {
    on, off, removeListener: off,
    send: (channel, ...args) => { void toMain('send', channel, args) },
    async invoke(channel, ...args) {
      const answer = JSON.parse(await toMain('invoke', channel, args))
      if (answer.error !== undefined) throw new Error(`Error invoking remote method '${channel}': ${answer.error}`)
      return decode(answer.value)
    },
  }
  // What crosses the context bridge: copies, frozen, and functions as proxies.
  const bridge = (v) => {
    if (typeof v === 'function') return (...args) => bridge(v(...args.map(bridge)))
    if (v && typeof v === 'object' && Object.getPrototypeOf(v) === Object.prototype) return Object.freeze(Object.fromEntries(Object.entries(v).map(([k, e]) => [k, bridge(e)])))
    return v && typeof v === 'object' ? structuredClone(v) : v
  }
  const contextBridge = { exposeInMainWorld: (name, value) => Object.defineProperty(globalThis, name, { value: bridge(value), enumerable: true, writable: false }) }
  globalThis.__fromMain = (channel, text) => {
    const args = decode(JSON.parse(text))
    for (const listener of [...(listeners.get(channel) ?? [])]) listener({ sender: ipcRenderer }, ...args)
  }
  const require = (name) => {
    if (name !== 'electron') throw new Error(`module not found: ${name} (sandboxed preload)`)
    return { ipcRenderer, contextBridge }
  }
  const module = { exports: {} }
  preload?.(require, module, module.exports)
}
