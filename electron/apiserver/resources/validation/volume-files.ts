/** Files that volumes make of keys and of fields. Source: core/v1 validation of Kubernetes. */
import type { Volume } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import type { Errors } from './common.ts'
import { nonReservedPath } from './common.ts'
import { fieldRef, resourceFieldRef } from './env.ts'

const MODE = 'must be a number between 0 and 0777 (octal), both inclusive'
const MAX_MODE = 0o777
const DOWNWARD_FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid']

export function mode(errors: Errors, path: string, value: number | undefined): void {
  if (value !== undefined && (value < 0 || value > MAX_MODE)) errors.push(field.invalid(path, value, MODE))
}

interface Files { defaultMode?: number; items?: readonly { key: string; path: string; mode?: number }[] }
export function files(errors: Errors, path: string, given: Files): void {
  mode(errors, `${path}.defaultMode`, given.defaultMode)
  given.items?.forEach((item, i) => {
    const at = `${path}.items[${i}]`
    if (!item.key) errors.push(field.required(`${at}.key`))
    if (!item.path) errors.push(field.required(`${at}.path`))
    else nonReservedPath(errors, `${at}.path`, item.path)
    mode(errors, `${at}.mode`, item.mode)
  })
}

/** Upstream tells the volume, not the file. */
export function downwardFiles(errors: Errors, path: string, items: NonNullable<Volume['downwardAPI']>['items']): void {
  for (const item of items ?? []) {
    if (!item.path) errors.push(field.required(`${path}.path`))
    else nonReservedPath(errors, `${path}.path`, item.path)
    if (item.fieldRef) {
      fieldRef(errors, `${path}.fieldRef`, item.fieldRef, DOWNWARD_FIELDS)
      if (item.resourceFieldRef) errors.push(field.invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'))
    } else if (item.resourceFieldRef) resourceFieldRef(errors, `${path}.resourceFieldRef`, item.resourceFieldRef, true)
    else errors.push(field.required(path, 'one of fieldRef and resourceFieldRef is required'))
    mode(errors, `${path}.mode`, item.mode)
  }
}
