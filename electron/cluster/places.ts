/** Where the app's own files are: beside the sources, in the built tree, or in a package. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Walks up from this file to the folder that holds `resources/generated`. */
export function appRoot(from: string = import.meta.dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'resources', 'generated', 'schemas.json'))) return folder
    if (dirname(folder) === folder) throw new Error('The generated schemas are missing: run `npm run build`.')
  }
}

export const resourcesOf = (root: string): string => join(root, 'resources')
export const rendererOf = (root: string): string => join(root, 'out', 'renderer')
