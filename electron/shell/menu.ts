/** The application menu: the platform's usual roles, and what concerns the cluster as a whole. */
import { app, clipboard, Menu, shell, type MenuItemConstructorOptions } from 'electron'
import { logger } from '../../shared/log.ts'
import type { SnapshotActions } from './snapshots.ts'
import type { Texts } from './texts.ts'

const log = logger('shell')

export function setMenu(t: Texts, places: { kubeconfig: string; home: string }, snapshots: SnapshotActions): void {
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    {
      label: t.file,
      submenu: [
        { id: 'copy-kubeconfig', label: t.copyKubeconfig, click: () => clipboard.writeText(places.kubeconfig) },
        {
          id: 'open-data',
          label: t.openData,
          click: () => void shell.openPath(places.home).then((problem) => { if (problem) log.warning('The data folder could not be opened', { why: problem }) }),
        },
        { type: 'separator' },
        { id: 'save-snapshot', label: t.saveSnapshot, click: () => void snapshots.save() },
        { id: 'restore-snapshot', label: t.restoreSnapshot, click: () => void snapshots.restore() },
        { type: 'separator' },
        { id: 'quit', label: t.quit, accelerator: 'CmdOrCtrl+Q', click: () => app.quit() },
      ],
    },
    { label: t.edit, role: 'editMenu' },
    { label: t.view, submenu: [{ role: 'reload' }, { role: 'toggleDevTools' }, { type: 'separator' }, { role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }] },
    { label: t.window, role: 'windowMenu' },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
