/**
 * The desktop app as a user starts it. The real Electron runs where its binary is there and may run; elsewhere a double, which carries real
 * messages between the unchanged main process and a real Chromium page.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { resetHome, root } from '../integration/app.ts'

const base = join(root, 'node_modules', 'electron')
const installed = existsSync(join(base, 'path.txt')) ? join(base, 'dist', readFileSync(join(base, 'path.txt'), 'utf8')) : ''
export const isDouble = !(installed && existsSync(installed) && (process.platform !== 'linux' || (process.env['DISPLAY'] && process.getuid?.() !== 0)))

export interface Desktop {
  app: ElectronApplication
  page: Page
  home: string
  close(): Promise<void>
  /** Closes and removes everything of this cluster. */
  dispose(): Promise<void>
}

export async function launch(options: { home?: string; args?: string[]; env?: Record<string, string> } = {}): Promise<Desktop> {
  const home = options.home ?? join(mkdtempSync(join(tmpdir(), 'pilothouse-e2e-')), 'home')
  const executablePath = isDouble ? join(root, 'test', 'e2e', 'double', 'electron') : installed
  const env = { ...process.env, ELECTRON_DOUBLE_NODE: process.execPath, PILOTHOUSE_FREEZE: '1', ...options.env } as Record<string, string>
  const app = await _electron.launch({ executablePath, args: [root, '--home', home, '--port', '0', ...(options.args ?? [])], env, timeout: 100_000 })
  const errors: string[] = []
  app.process().stderr?.on('data', (d) => { if (/\[renderer\]|\[double\]|\[error box\]/.test(String(d))) errors.push(String(d)) })
  const page = await app.firstWindow()
  const close = async (): Promise<void> => {
    await app.close()
    if (errors.length) throw new Error(`errors in the app:\n${errors.join('\n')}`)
  }
  return {
    app, page, home, close,
    async dispose() {
      try {
        await close()
      } finally {
        await resetHome(home)
        rmSync(join(home, '..'), { recursive: true, force: true })
      }
    },
  }
}
