/** A request as the living picture shows it: a sample of what the API server has just answered. */
export interface SeenRequest {
  user: string
  verb: string
  resource: string
  subresource: string
  namespace: string
  name: string
  /** Where a binding puts its pod; else `''`. */
  node: string
  code: number
  /** Something was put into the store. */
  stored: boolean
}
/** What was answered in the last tenth of a second; `skipped`: how many more there were than are shown. */
export interface SeenRequests {
  requests: SeenRequest[]
  skipped: number
}
