/** The one window: sandboxed, with remembered bounds, and no way out of the app's own page. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BrowserWindow, screen, shell } from 'electron'
import { logger } from '../../shared/log.ts'
import { PAGE } from './protocol.ts'

const log = logger('shell')
export interface Bounds { x?: number; y?: number; width: number; height: number }
const DEFAULT: Bounds = { width: 1280, height: 800 }
const LEAST = { width: 800, height: 500 }

/** The remembered bounds, if they are sound and at least partly on a screen that is there. */
export function usableBounds(stored: unknown, area: { x: number; y: number; width: number; height: number }): Bounds {
  const b = stored as Partial<Bounds> | null
  const sound = (n: unknown): n is number => typeof n === 'number' && Number.isFinite(n)
  if (!b || !sound(b.width) || !sound(b.height) || b.width < LEAST.width || b.height < LEAST.height) return DEFAULT
  const size = { width: Math.min(b.width, area.width), height: Math.min(b.height, area.height) }
  if (!sound(b.x) || !sound(b.y)) return size
  const visible = b.x < area.x + area.width - 50 && b.x + b.width > area.x + 50 && b.y >= area.y - 10 && b.y < area.y + area.height - 50
  return visible ? { x: b.x, y: b.y, ...size } : size
}

function remembered(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code !== 'ENOENT') log.warning('The window\'s bounds could not be read; using the default', { file, error: e })
    return null
  }
}

export function createWindow(options: { home: string; preload: string }): BrowserWindow {
  const file = join(options.home, 'window.json')
  const window = new BrowserWindow({
    ...usableBounds(remembered(file), screen.getPrimaryDisplay().workArea),
    minWidth: LEAST.width,
    minHeight: LEAST.height,
    show: false,
    title: 'Pilothouse',
    autoHideMenuBar: true,
    webPreferences: { preload: options.preload, sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, spellcheck: false },
  })
  window.once('ready-to-show', () => window.show())
  window.on('close', () => {
    try {
      writeFileSync(`${file}.new`, JSON.stringify(window.getBounds()), { mode: 0o600 })
      renameSync(`${file}.new`, file)
    } catch (e) {
      log.warning('The window\'s bounds could not be remembered', { file, error: e })
    }
  })
  // Pages outside open in the user's browser, and only web pages do.
  window.webContents.setWindowOpenHandler(({ url }) => {
    if (/^https?:\/\//.test(url)) void shell.openExternal(url).catch((e: unknown) => log.warning('Could not open a page in the browser', { url, error: e }))
    return { action: 'deny' }
  })
  window.webContents.on('will-navigate', (event) => event.preventDefault())
  window.webContents.on('render-process-gone', (_event, details) => {
    log.error('The dashboard\'s process ended; loading it again', { reason: details.reason })
    if (!window.isDestroyed()) void window.loadURL(PAGE)
  })
  void window.loadURL(PAGE).catch((e: unknown) => log.error('The dashboard could not be loaded', { error: e }))
  return window
}
