/** What the page may ask of the system: a table, each with its reason. Everything else is denied. */
import { session } from 'electron'

export const ALLOWED: Readonly<Record<string, string>> = {
  'clipboard-sanitized-write': 'Copy buttons of names, addresses and log lines.',
}

export function denyPermissions(): void {
  const { defaultSession } = session
  defaultSession.setPermissionRequestHandler((_contents, permission, answer) => answer(permission in ALLOWED))
  defaultSession.setPermissionCheckHandler((_contents, permission) => permission in ALLOWED)
}
