/** Which pods want to be scraped, and where, by the annotations that everybody uses. Pure. */
import type { Pod } from '../../../shared/api/types.ts'

const PREFIX = 'prometheus.io/'
export interface Target {
  readonly scheme: 'http' | 'https'
  readonly port: number
  /** With a leading slash, and its query. */
  readonly path: string
}

export const wantsScrape = (pod: Pod): boolean => pod.metadata.annotations?.[`${PREFIX}scrape`] === 'true'
/** undefined: it does not run, or its annotations say nothing that can be asked. */
export function targetOf(pod: Pod): Target | undefined {
  if (!wantsScrape(pod) || pod.status?.phase !== 'Running' || pod.metadata.deletionTimestamp) return undefined
  const said = (name: string): string | undefined => pod.metadata.annotations?.[PREFIX + name]
  const scheme = said('scheme') ?? 'http'
  const declared = pod.spec.containers.flatMap((c) => c.ports ?? []).find((p) => (p.protocol ?? 'TCP') === 'TCP')?.containerPort
  const port = said('port') === undefined ? (declared ?? 80) : Number(said('port'))
  if ((scheme !== 'http' && scheme !== 'https') || !Number.isInteger(port) || port < 1 || port > 65_535) return undefined
  const path = said('path') ?? '/metrics'
  return { scheme, port, path: path.startsWith('/') ? path : `/${path}` }
}
