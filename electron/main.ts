/** The desktop app: an ordered list of what is set up. It owns one Cluster and one window; what they do is in cluster/ and shell/. */
import { join } from 'node:path'
import { app, BrowserWindow, dialog, nativeTheme } from 'electron'
import { Cluster } from './cluster/cluster.ts'
import { defaultHome, openDataDirectory } from './cluster/data-directory.ts'
import { ownArguments, parseCommandLine } from './cluster/options.ts'
import { appRoot, rendererOf, resourcesOf } from './cluster/places.ts'
import { limitYoungGeneration } from './cluster/young-generation.ts'
import { realClock } from '../shared/clock.ts'
import { chooseFolder } from './shell/choose-folder.ts'
import { serveIpc } from './shell/ipc.ts'
import { setMenu } from './shell/menu.ts'
import { notifyAlert, pageOf } from './shell/notifications.ts'
import { denyPermissions } from './shell/permissions.ts'
import { snapshotActions } from './shell/snapshots.ts'
import { PAGE, registerScheme, serveRenderer } from './shell/protocol.ts'
import { texts } from './shell/texts.ts'
import { createTray } from './shell/tray.ts'
import { createWindow } from './shell/window.ts'

const STOP_TIMEOUT = 10_000

async function main(): Promise<void> {
  const command = parseCommandLine(ownArguments(process.argv))
  const home = command.home ?? defaultHome()
  // Before Chromium makes its own folder there.
  const { chromium } = openDataDirectory(home)
  app.setPath('userData', chromium)
  if (!app.requestSingleInstanceLock()) return app.exit(0)
  limitYoungGeneration(realClock)
  registerScheme()
  const root = appRoot()
  const cluster = new Cluster({ ...command, home, resources: resourcesOf(root), renderer: rendererOf(root) })
  // The window does not wait for the cluster, nor the cluster for the window: the page shows the steps as they are done.
  const started = cluster.start()
  started.catch((e: unknown) => { void app.whenReady().then(() => dialog.showErrorBox('Pilothouse', (e as Error).message)) })
  cluster.buildFolders.choose = chooseFolder
  await app.whenReady()

  serveRenderer(rendererOf(root))
  denyPermissions()
  const stopIpc = serveIpc(cluster.endpoint)
  const t = () => texts(cluster.settings.get().language, app.getLocale())
  cluster.onSettings((settings) => { nativeTheme.themeSource = settings.theme })
  setMenu(t(), { kubeconfig: cluster.data.kubeconfig, home }, snapshotActions(cluster, t))
  const open = (): void => {
    const window = BrowserWindow.getAllWindows()[0] ?? createWindow({ home, preload: join(root, 'out', 'preload', 'preload.cjs') })
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }
  const tray = createTray({ icon: join(resourcesOf(root), 'icons', 'tray.png'), texts: t, open, quit: () => app.quit() })
  cluster.state.subscribe((state) => tray.show(state))
  cluster.onAlert((alert) => notifyAlert(t(), alert, () => {
    open()
    void BrowserWindow.getAllWindows()[0]?.loadURL(`${PAGE}#${pageOf(alert)}`)
  }))
  open()

  app.on('second-instance', open)
  app.on('activate', open)
  // The cluster goes on without its window: the tray is the way back, and Quit the way out.
  app.on('window-all-closed', () => {})
  let stopped = false
  app.on('before-quit', (event) => {
    if (stopped) return
    event.preventDefault()
    stopIpc()
    const late = new Promise((resolve) => setTimeout(resolve, STOP_TIMEOUT))
    void Promise.race([cluster.stop(), late]).finally(() => {
      stopped = true
      tray.destroy()
      app.quit()
    })
  })
}

main().catch((e: unknown) => {
  dialog.showErrorBox('Pilothouse', (e as Error).message)
  app.exit(1)
})
