/** What is asked of custom.metrics.k8s.io, and what is answered: between the API server, which knows requests, and the metrics, which know numbers. */

export interface CustomQuestion {
  readonly object: { readonly kind: string; readonly apiVersion: string; readonly resource: string; readonly group: string; readonly singular: string }
  readonly namespace: string
  /** `*`: all of them. */
  readonly name: string
  readonly metric: string
  matchesObject(labels: Readonly<Record<string, string>> | undefined): boolean
  matchesMetric(labels: Readonly<Record<string, string>>): boolean
}
export interface CustomValue {
  readonly describedObject: { readonly kind: string; readonly namespace?: string; readonly name: string; readonly apiVersion: string }
  readonly timestamp: string
  readonly windowSeconds?: number
  /** A quantity. */
  readonly value: string
}
