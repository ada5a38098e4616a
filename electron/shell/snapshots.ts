/**
 * File > Save Snapshot and Restore Snapshot: the system's own dialogs around what the cluster does. One at a time; every end is told
 * in a message, and nothing is replaced before the user has read what will be lost.
 */
import { BrowserWindow, dialog, Menu } from 'electron'
import type { Restored, SnapshotFacts } from '../cluster/snapshots.ts'
import type { Extent, Texts, Told } from './texts.ts'

/** What the cluster does for it. */
export interface SnapshotCluster {
  readonly extent: Extent | undefined
  saveSnapshot(file: string): Promise<SnapshotFacts>
  readSnapshot(file: string): Promise<SnapshotFacts>
  restoreSnapshot(file: string): Promise<Restored>
}
export interface SnapshotActions {
  save(): Promise<void>
  restore(): Promise<void>
}

const EXTENSION = 'snapshot'
const INDETERMINATE = 2
const NONE = -1

export function snapshotActions(cluster: SnapshotCluster, texts: () => Texts): SnapshotActions {
  const filters = (): Electron.FileFilter[] => [{ name: texts().snapshotFiles, extensions: [EXTENSION] }, { name: texts().allFiles, extensions: ['*'] }]
  // Sheets belong to the window, if there is one.
  const window = (): BrowserWindow | undefined => BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]
  const show = (options: Electron.MessageBoxOptions): Promise<Electron.MessageBoxReturnValue> => {
    const over = window()
    return over ? dialog.showMessageBox(over, options) : dialog.showMessageBox(options)
  }
  const tell = (type: 'info' | 'error', told: Told): Promise<unknown> => show({ type, ...told })

  async function whereTo(): Promise<string | undefined> {
    const day = new Date().toISOString().slice(0, 10)
    const options: Electron.SaveDialogOptions = { title: texts().saveSnapshot, defaultPath: `pilothouse-${day}.${EXTENSION}`, filters: filters() }
    const over = window()
    const { canceled, filePath } = over ? await dialog.showSaveDialog(over, options) : await dialog.showSaveDialog(options)
    return canceled || !filePath ? undefined : filePath
  }
  async function whichOne(): Promise<string | undefined> {
    const options: Electron.OpenDialogOptions = { title: texts().restoreSnapshot, properties: ['openFile'], filters: filters() }
    const over = window()
    const { canceled, filePaths } = over ? await dialog.showOpenDialog(over, options) : await dialog.showOpenDialog(options)
    return canceled ? undefined : filePaths[0]
  }
  async function confirmed(facts: SnapshotFacts, file: string): Promise<boolean> {
    const t = texts()
    const told = t.confirmRestore({ ...facts, file }, cluster.extent ?? { revision: 0, keys: 0 })
    return (await show({ type: 'warning', ...told, buttons: [t.restore, t.cancel], defaultId: 1, cancelId: 1 })).response === 0
  }
  async function showingProgress<T>(work: () => Promise<T>): Promise<T> {
    const progress = (value: number): void => { for (const w of BrowserWindow.getAllWindows()) w.setProgressBar(value) }
    progress(INDETERMINATE)
    try {
      return await work()
    } finally {
      progress(NONE)
    }
  }
  /** One at a time: the menu shows it. What fails is told. */
  async function alone(failed: (why: string) => Told, act: () => Promise<void>): Promise<void> {
    const items = ['save-snapshot', 'restore-snapshot'].flatMap((id) => Menu.getApplicationMenu()?.getMenuItemById(id) ?? [])
    for (const item of items) item.enabled = false
    try {
      await act()
    } catch (e) {
      await tell('error', failed(e instanceof Error ? e.message : String(e)))
    } finally {
      for (const item of items) item.enabled = true
    }
  }

  return {
    save: () => alone((why) => texts().notSaved(why), async () => {
      const file = await whereTo()
      if (file === undefined) return
      const facts = await showingProgress(() => cluster.saveSnapshot(file))
      await tell('info', texts().saved({ ...facts, file }))
    }),
    restore: () => alone((why) => texts().notRestored(why), async () => {
      const file = await whichOne()
      if (file === undefined || !(await confirmed(await showingProgress(() => cluster.readSnapshot(file)), file))) return
      const restored = await showingProgress(() => cluster.restoreSnapshot(file)).finally(() => {
        // What pages have seen and subscribed to is of the parts that ended.
        for (const w of BrowserWindow.getAllWindows()) w.webContents.reload()
      })
      await tell('info', texts().restored({ ...restored, file }, restored.kept))
    }),
  }
}
