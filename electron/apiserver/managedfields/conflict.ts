/** The conflict that an apply meets: fields that others own and that it would change. */
import { failure, type StatusError } from '../../../shared/errors.ts'
import { memberPaths, type Fields } from './fields.ts'
import type { ManagedFieldsEntry } from './managers.ts'

export interface Conflict {
  readonly entry: ManagedFieldsEntry
  readonly fields: Fields
}

function managerText(entry: ManagedFieldsEntry): string {
  const name = JSON.stringify(entry.manager ?? '') + (entry.subresource ? ` with subresource ${JSON.stringify(entry.subresource)}` : '')
  return entry.operation === 'Update' ? `${name} using ${entry.apiVersion}` : name
}

/** 409 with one cause a field. */
export function applyConflict(conflicts: readonly Conflict[]): StatusError {
  const each = conflicts.flatMap((c) => memberPaths(c.fields).map((path) => ({ manager: managerText(c.entry), path })))
  const causes = each.map((c) => ({ reason: 'FieldManagerConflict', message: `conflict with ${c.manager}`, field: c.path }))
  return failure(409, 'Conflict', message(each), { causes })
}

function message(each: readonly { manager: string; path: string }[]): string {
  const first = each[0]
  if (each.length === 1 && first) return `Apply failed with 1 conflict: conflict with ${first.manager}: ${first.path}`
  const lines: string[] = []
  for (const manager of [...new Set(each.map((c) => c.manager))].sort()) {
    lines.push(`conflicts with ${manager}:`, ...each.filter((c) => c.manager === manager).map((c) => `- ${c.path}`))
  }
  return `Apply failed with ${each.length} conflicts: ${lines.join('\n')}`
}
