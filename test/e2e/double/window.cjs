'use strict'
// BrowserWindow and webContents over a Chromium page. What the page asks of a custom scheme is answered by the app's own protocol
// handler, so that its checks and headers are the ones that the page gets; and, as in Electron, it never is on a network: Chromium
// gives up what is on its way there whenever an interface of the machine comes or goes, and each pod makes or takes one.
const { EventEmitter } = require('node:events')
const fs = require('node:fs')
const codec = require('./codec.cjs')
const bootPage = require('./page.cjs')
const { record } = require('./record.cjs')

const { encode } = codec()
const windows = new Map()
const schemes = new Map()
const origins = new Map() // `app://pilothouse` -> `http://pilothouse.localhost`, which pages take for as safe
let nextId = 1

/** The HTTP address that stands for one of a custom scheme. */
function toHttp(url) {
  const u = new URL(url)
  if (!schemes.has(u.protocol.slice(0, -1))) return url
  const origin = `http://${u.host}.localhost`
  origins.set(`${u.protocol}//${u.host}`, origin)
  return `${origin}${u.pathname}${u.search}${u.hash}`
}
function fromHttp(url) {
  for (const [custom, origin] of origins) if (url.startsWith(`${origin}/`)) return custom + url.slice(origin.length)
  return url
}

/** Answers what a page asks of custom schemes. */
async function serve(devtools) {
  devtools.on('Fetch.requestPaused', async ({ requestId, request: { url, method } }) => {
    try {
      const asked = new URL(fromHttp(url))
      const answer = await schemes.get(asked.protocol.slice(0, -1))(new Request(asked, { method }))
      const responseHeaders = [...answer.headers].map(([name, value]) => ({ name, value }))
      await devtools.send('Fetch.fulfillRequest', { requestId, responseCode: answer.status, responseHeaders, body: Buffer.from(await answer.arrayBuffer()).toString('base64') })
    } catch (e) {
      // A page that has gone wants no answer.
      if (!/closed|Invalid InterceptionId/.test(e.message)) process.stderr.write(`[double] ${e.stack}\n`)
    }
  })
  await devtools.send('Fetch.enable', { patterns: [{ urlPattern: 'http://*.localhost/*' }] })
}

const session = { defaultSession: { setPermissionRequestHandler(h) { this.request = h }, setPermissionCheckHandler(h) { this.check = h } } }

class WebContents extends EventEmitter {
  #window
  #queue = Promise.resolve()
  constructor(window) { super(); this.#window = window; this.id = window.id; this.session = session.defaultSession }
  getURL() { return fromHttp(this.#window.current?.url() ?? 'about:blank') }
  isDestroyed() { return this.#window.isDestroyed() }
  reload() { void this.#window.page.then((page) => page.reload()).catch((e) => process.stderr.write(`[double] ${e.stack}\n`)) }
  setWindowOpenHandler(handler) { this.openHandler = handler }
  static fromDevToolsTargetId(target) { return [...windows.values()].find((w) => w.target === target)?.webContents }
  send(channel, ...args) {
    const text = JSON.stringify(encode(args))
    // In order, and silent once the page has gone, as in Electron.
    this.#queue = this.#queue.then(() => this.#window.current?.evaluate(([c, t]) => globalThis.__fromMain?.(c, t), [channel, text])).catch(() => {})
  }
}

class BrowserWindow extends EventEmitter {
  static context
  static app
  static ipcMain
  static getAllWindows() { return [...windows.values()] }
  static getFocusedWindow() { return [...windows.values()][0] ?? null }
  static fromWebContents(contents) { return windows.get(contents?.id) ?? null }
  static fromId(id) { return windows.get(id) ?? null }
  #visible
  #bounds
  constructor(options = {}) {
    super()
    if (!BrowserWindow.context) throw new Error('Cannot create BrowserWindow before app is ready')
    const { preload, sandbox, contextIsolation, nodeIntegration } = options.webPreferences ?? {}
    if (nodeIntegration || !sandbox || !contextIsolation) throw new Error('double: the window must be sandboxed and isolated')
    this.id = nextId++
    this.options = options
    this.#visible = options.show !== false
    this.#bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 }
    windows.set(this.id, this)
    this.webContents = new WebContents(this)
    this.page = this.#open(preload)
    this.page.catch((e) => process.stderr.write(`[double] ${e.stack}\n`))
    BrowserWindow.app.emit('browser-window-created', {}, this)
  }
  async #open(preload) {
    const page = await BrowserWindow.context.newPage()
    this.current = page
    const devtools = await BrowserWindow.context.newCDPSession(page)
    this.target = (await devtools.send('Target.getTargetInfo')).targetInfo.targetId
    await serve(devtools)
    await page.setViewportSize({ width: this.#bounds.width, height: this.#bounds.height })
    await page.exposeBinding('__toMain', (_source, text) => BrowserWindow.ipcMain.dispatch(this.webContents, text))
    const run = preload ? `function(require,module,exports){${fs.readFileSync(preload, 'utf8')}\n}` : 'undefined'
    await page.addInitScript(`(${bootPage})(${codec},${run})`)
    // Before the new document says anything; one that is loaded again is a new one too. Within a document nothing is asked for.
    const navigates = (isSameDocument, url) => this.webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument, url: fromHttp(url) })
    let asked = false
    page.on('request', (request) => {
      if (!request.isNavigationRequest() || request.frame() !== page.mainFrame()) return
      asked = true
      navigates(false, request.url())
    })
    page.on('framenavigated', (frame) => {
      if (frame !== page.mainFrame()) return
      if (!asked) navigates(true, frame.url())
      asked = false
    })
    page.on('load', () => this.emit('ready-to-show'))
    page.on('crash', () => this.webContents.emit('render-process-gone', {}, { reason: 'crashed' }))
    page.on('pageerror', (e) => process.stderr.write(`[renderer] ${e.stack}\n`))
    page.on('popup', async (popup) => {
      const url = popup.url()
      await popup.close()
      record('window.open', url, this.webContents.openHandler?.({ url })?.action)
    })
    page.on('close', () => this.#closed())
    return page
  }
  async loadURL(url) { await (await this.page).goto(toHttp(url)) }
  #closed() {
    if (!windows.delete(this.id)) return
    this.webContents.emit('destroyed')
    this.emit('closed')
    if (!windows.size) BrowserWindow.app.emit('window-all-closed')
  }
  close() {
    const event = { defaultPrevented: false, preventDefault() { this.defaultPrevented = true } }
    this.emit('close', event)
    if (event.defaultPrevented) return false
    void this.page.then((p) => p.close()).catch(() => {})
    this.#closed()
    return true
  }
  isDestroyed() { return !windows.has(this.id) }
  isVisible() { return this.#visible }
  setProgressBar(value) { record('BrowserWindow.setProgressBar', value) }
  isMinimized() { return false }
  restore() {}
  show() { this.#visible = true }
  focus() {}
  getBounds() { return { ...this.#bounds } }
  setBounds(bounds) { Object.assign(this.#bounds, bounds) }
}
module.exports = { BrowserWindow, windows, session, schemes }
