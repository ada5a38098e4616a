/** For the test of every kind: what a case says of one, and what many cases have in common. */

export interface KindCase {
  /** `apps/v1 Deployment`. */
  kind: string
  /** Default: `x`. */
  name?: string
  /** A minimal object, without apiVersion, kind and name. */
  given: Record<string, unknown>
  /** What is stored beyond `given`, by paths of its fields (`spec.replicas`); `*` is what nobody can foresee. */
  defaults?: Record<string, unknown>
  /** Names of the printed columns in their order; `+` those of `-o wide`. */
  columns: string
  /** A change that anybody may make of what is wished: path and value. Generation counts it, or there is none. */
  change?: [path: string, value: unknown]
  generation: boolean
  /** Absent: the kind has no status of its own. What somebody writes to it. */
  status?: Record<string, unknown>
  /** Changes that are refused, with every cause that is told. */
  frozen?: [path: string, value: unknown, causes: (string | RegExp)[]][]
}

export const SPEC = { containers: [{ name: 'c', image: 'i:1' }] }
export const TEMPLATE = { metadata: { labels: { a: 'b' } }, spec: SPEC }
export const SELECTOR = { matchLabels: { a: 'b' } }
/** What a template gets where its `spec` is at `path`. */
export const templateDefaults = (path: string): Record<string, unknown> => ({
  [`${path}.restartPolicy`]: 'Always', [`${path}.dnsPolicy`]: 'ClusterFirst', [`${path}.schedulerName`]: 'default-scheduler', [`${path}.terminationGracePeriodSeconds`]: 30, [`${path}.securityContext`]: {},
  [`${path}.containers.0.terminationMessagePath`]: '/dev/termination-log', [`${path}.containers.0.terminationMessagePolicy`]: 'File', [`${path}.containers.0.imagePullPolicy`]: 'IfNotPresent', [`${path}.containers.0.resources`]: {},
})
export const immutable = (path: string, value: unknown): string => `${path}: Invalid value: ${JSON.stringify(value)}: field is immutable`
