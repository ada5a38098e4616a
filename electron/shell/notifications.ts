/** A native notification when a pod crash-loops: once for each container until it has run well again. */
import { Notification } from 'electron'
import type { CrashLoop } from '../cluster/crash-loops.ts'
import type { Texts } from './texts.ts'

export function notifyCrashLoop(t: Texts, crash: CrashLoop, open: (pod: CrashLoop) => void): void {
  if (!Notification.isSupported()) return
  const notification = new Notification({ title: t.crashTitle, body: t.crashBody(`${crash.namespace}/${crash.pod}`, crash.container, crash.restarts) })
  notification.on('click', () => open(crash))
  notification.show()
}
