/** The tray icon: how the cluster is, and the way back to its window. */
import { Menu, nativeImage, Tray } from 'electron'
import type { ClusterState } from '../../shared/ipc.ts'
import { stateLine, type Texts } from './texts.ts'

export interface TrayControl {
  show(state: ClusterState): void
  destroy(): void
}

export function createTray(options: { icon: string; texts(): Texts; open(): void; quit(): void }): TrayControl {
  const tray = new Tray(nativeImage.createFromPath(options.icon).resize({ width: 18, height: 18 }))
  let shown = ''
  tray.on('click', options.open)
  return {
    show(state) {
      const t = options.texts()
      const line = stateLine(t, state)
      if (line === shown) return
      shown = line
      tray.setToolTip(`Pilothouse: ${line}`)
      tray.setContextMenu(Menu.buildFromTemplate([
        { id: 'state', label: line, enabled: false },
        { type: 'separator' },
        { id: 'open', label: t.open, click: options.open },
        { id: 'quit', label: t.quit, click: options.quit },
      ]))
    },
    destroy: () => tray.destroy(),
  }
}
