/** What is wrong in the cluster and wants somebody, as the dashboard and the desktop's notifications say it. */

export const ALERT_RULES = ['CrashLoop', 'OutOfMemory', 'ImagePull', 'Pending', 'NodeNotReady', 'DiskFull', 'CertificateExpiry'] as const
export type AlertRule = (typeof ALERT_RULES)[number]

export interface AlertObject {
  readonly apiVersion: string
  readonly kind: string
  /** `''`: none. */
  readonly namespace: string
  readonly name: string
}
/** One for all pods of a workload that suffer from the same. */
export interface Alert {
  /** The same for as long as it lasts, also over a restart of the app. */
  readonly id: string
  readonly rule: AlertRule
  readonly level: 'failed' | 'warning'
  /** Where to look: of several pods the one that has suffered longest. */
  readonly object: AlertObject
  /** Whose pods they are; the object itself where it stands alone. */
  readonly owner: AlertObject
  /** How many pods suffer. */
  readonly pods: number
  /** `''`: not one container in particular. */
  readonly container: string
  /** Milliseconds since 1970. */
  readonly since: number
  /** The cluster's own sentence; `''` where it has said none. */
  readonly detail: string
  /** How often the container was restarted; days until a certificate ends. */
  readonly count: number
  readonly silenced: boolean
}
/** Without a kind and a name: a whole namespace. */
export interface AlertSilence {
  readonly namespace: string
  readonly kind?: string
  readonly name?: string
}
export interface AlertState {
  /** Failed before warned, older before newer; those that are silenced last. */
  readonly alerts: readonly Alert[]
  readonly silences: readonly AlertSilence[]
}
export const MAX_SILENCES = 200

/** A silence of an object is one of its pods, too. */
export const isSilencedBy = (silence: AlertSilence, alert: Pick<Alert, 'object' | 'owner'>): boolean =>
  silence.kind === undefined
    ? silence.namespace !== '' && silence.namespace === alert.object.namespace
    : [alert.object, alert.owner].some((o) => o.kind === silence.kind && o.name === silence.name && o.namespace === silence.namespace)
export const sameSilence = (a: AlertSilence, b: AlertSilence): boolean => a.namespace === b.namespace && a.kind === b.kind && a.name === b.name
