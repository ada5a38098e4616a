/** The folder to build an image from: the user chooses it in the system's own dialog, the page only learns its path. */
import { BrowserWindow, dialog } from 'electron'

/** null: none was chosen. */
export async function chooseFolder(): Promise<string | null> {
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]
  const options: Electron.OpenDialogOptions = { properties: ['openDirectory'] }
  const { canceled, filePaths } = window ? await dialog.showOpenDialog(window, options) : await dialog.showOpenDialog(options)
  return canceled ? null : (filePaths[0] ?? null)
}
