'use strict'
// The double's `electron` module: the parts of Electron's API that the app uses, over one headless Chromium.
// Not faithful: the preload shares the page's world, and there is nothing to see of menus, tray and notifications;
// `__double.calls` tells what was asked of them.
const { spawn } = require('node:child_process')
const { EventEmitter } = require('node:events')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { BrowserWindow, windows, session, schemes } = require('./window.cjs')
const { ipcMain } = require('./ipc.cjs')
const { record, calls } = require('./record.cjs')

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--disable-dev-shm-usage', '--disable-extensions', '--no-startup-window', '--remote-debugging-port=0']
const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'electron-double-'))
let chromium
let quitting = false
let isReady = false

const started = async () => {
  chromium = spawn(process.env.ELECTRON_DOUBLE_CHROMIUM ?? '/usr/bin/chromium', [...FLAGS, `--user-data-dir=${profile}`], { stdio: ['ignore', 'ignore', 'pipe'] })
  const endpoint = await new Promise((resolve, reject) => {
    let text = ''
    chromium.stderr.on('data', (d) => {
      text += d
      const found = /^DevTools listening on (ws:\/\/.*)$/m.exec(text)
      if (found) resolve(found[1])
    })
    chromium.on('exit', (code) => reject(new Error(`chromium ended with ${code}: ${text}`)))
  })
  process.stderr.write(`\nDevTools listening on ${endpoint}\n`) // the line that Playwright waits for
  if (globalThis.__playwrightRun) await globalThis.__playwrightRun
  const browser = await require('playwright-core').chromium.connectOverCDP(endpoint)
  BrowserWindow.context = browser.contexts()[0]
  isReady = true
  app.emit('ready', {}, {})
}

class App extends EventEmitter {
  isPackaged = false
  #paths = new Map()
  #ready
  whenReady() { return (this.#ready ??= started()) }
  isReady() { return isReady }
  getName() { return 'Pilothouse' }
  getVersion() { return '0.0.0' }
  getAppPath() { return process.cwd() }
  getLocale() { return process.env.ELECTRON_DOUBLE_LOCALE ?? 'en-US' }
  getPath(name) { return this.#paths.get(name) ?? path.join(profile, name) }
  setPath(name, value) { this.#paths.set(name, value) }
  requestSingleInstanceLock() { return process.env.ELECTRON_DOUBLE_SECOND_INSTANCE === undefined }
  quit() {
    if (quitting) return
    const ask = (name) => {
      const event = { defaultPrevented: false, preventDefault() { this.defaultPrevented = true } }
      this.emit(name, event)
      return !event.defaultPrevented
    }
    if (!ask('before-quit')) return
    for (const w of BrowserWindow.getAllWindows()) if (!w.close()) return
    if (ask('will-quit')) this.exit(0)
  }
  exit(code = 0) {
    quitting = true
    this.emit('quit', {}, code)
    chromium?.kill('SIGKILL')
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    process.exit(code)
  }
}
const app = new App()
BrowserWindow.app = app
BrowserWindow.ipcMain = ipcMain

class Menu {
  static #application = null
  static setApplicationMenu(menu) { Menu.#application = menu }
  static getApplicationMenu() { return Menu.#application }
  static buildFromTemplate(template) {
    const menu = new Menu()
    menu.items = template.map((item) => ({ ...item, submenu: Array.isArray(item.submenu) ? Menu.buildFromTemplate(item.submenu) : item.submenu }))
    return menu
  }
  items = []
  getMenuItemById(id) {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id)
      if (found) return found
    }
    return null
  }
}
class Tray extends EventEmitter {
  static all = []
  constructor(image) { super(); this.image = image; Tray.all.push(this) }
  setToolTip(text) { this.toolTip = text }
  setContextMenu(menu) { this.menu = menu }
  destroy() { Tray.all = Tray.all.filter((t) => t !== this) }
}
class Notification extends EventEmitter {
  static all = []
  static isSupported() { return true }
  constructor(options) { super(); this.options = options; Notification.all.push(this) }
  show() { record('Notification.show', this.options) }
}
const image = (file) => ({ file, resize: () => image(file), isEmpty: () => !fs.existsSync(file) })
let clip = ''
const clipboard = { writeText: (text) => { clip = text }, readText: () => clip }
// What the user does in the next dialogs, in order; a dialog that nobody answers is cancelled.
const answers = []
const ask = (api, cancelled) => async (...args) => { record(api, args.at(-1)); return answers.shift() ?? cancelled }
const dialog = {
  showSaveDialog: ask('dialog.showSaveDialog', { canceled: true, filePath: '' }),
  showOpenDialog: ask('dialog.showOpenDialog', { canceled: true, filePaths: [] }),
  showMessageBox: async (...args) => { const [options] = args.slice(-1); record('dialog.showMessageBox', options); return options.buttons ? answers.shift() ?? { response: options.cancelId ?? 0 } : { response: 0 } },
  showErrorBox: (...args) => { record('dialog.showErrorBox', ...args); process.stderr.write(`[error box] ${args.join(': ')}\n`) },
}
const nativeTheme = new (class extends EventEmitter {
  #source = 'system'
  get themeSource() { return this.#source }
  set themeSource(v) {
    this.#source = v
    for (const w of windows.values()) void w.page.then((p) => p.emulateMedia({ colorScheme: v === 'system' ? null : v }))
  }
})()
const shell = {
  openExternal: async (url) => { record('shell.openExternal', url) },
  openPath: async (file) => { record('shell.openPath', file); return '' },
}
const screen = { getPrimaryDisplay: () => ({ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }) }
const protocol = { registerSchemesAsPrivileged() {}, handle: (scheme, handler) => { schemes.set(scheme, handler) } }

process.on('SIGTERM', () => app.quit())
process.on('SIGINT', () => app.quit())
process.on('exit', () => chromium?.kill('SIGKILL'))
const nativeImage = { createFromPath: image }
const __double = { calls, answers, windows, Tray, Notification }
// Names only: Node finds the named exports of a CommonJS module by reading this line.
module.exports = { app, BrowserWindow, ipcMain, Menu, Tray, Notification, dialog, nativeTheme, shell, clipboard, nativeImage, protocol, screen, session, __double }
