/** A native notification for an alert: once, until it has been over for a while. A click leads to the object. */
import { Notification } from 'electron'
import type { Alert } from '../../shared/alerts.ts'
import type { Texts } from './texts.ts'

export function notifyAlert(t: Texts, alert: Alert, open: () => void): void {
  if (!Notification.isSupported()) return
  const notification = new Notification(t.alert(alert))
  notification.on('click', open)
  notification.show()
}

const PAGES: Readonly<Record<string, string>> = { Pod: 'pods', Node: 'nodes', Secret: 'secrets' }
/** The page of the object, else that of all alerts. */
export function pageOf({ object: { kind, namespace, name } }: Pick<Alert, 'object'>): string {
  const page = PAGES[kind]
  return page === undefined ? '/alerts' : `/${[page, ...(namespace ? [namespace] : []), name].map(encodeURIComponent).join('/')}`
}
