/** Reads what scripts/generate.mjs wrote. Both throw with a hint when the files are not there. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Schemas } from '../schema.ts'

/** `V1PodSpec/containers` or `V1PodSpec` → sentence. Only OpenAPI wants them. */
export type Descriptions = Readonly<Record<string, string>>

function read(resourcesDir: string, name: string): unknown {
  const path = join(resourcesDir, 'generated', name)
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new Error(`cannot read ${path}; run \`npm run generate\``, { cause: error })
  }
}

const schemas = new Map<string, Schemas>()

/** @param resourcesDir the folder `resources/` of the app. Read once a folder; what is compiled from it is cached by identity. */
export function loadSchemas(resourcesDir: string): Schemas {
  let found = schemas.get(resourcesDir)
  if (!found) {
    found = read(resourcesDir, 'schemas.json') as Schemas
    schemas.set(resourcesDir, found)
  }
  return found
}

/** @param resourcesDir the folder `resources/` of the app. Not cached: the caller builds OpenAPI from it and lets go. */
export const loadDescriptions = (resourcesDir: string): Descriptions => read(resourcesDir, 'descriptions.json') as Descriptions
