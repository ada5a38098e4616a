/** How a pod resolves names. Limits are those of a Linux resolver. Source: core/v1 validation of Kubernetes. */
import type { PodSpec } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { underscoredSubdomain } from '../../../../shared/labels.ts'
import type { Errors } from './common.ts'
import { ip, say } from './common.ts'

const MAX_SERVERS = 3
const MAX_SEARCHES = 32
const MAX_SEARCH_CHARACTERS = 2048

export function podDns(errors: Errors, path: string, { dnsPolicy, dnsConfig: given }: PodSpec): void {
  if (dnsPolicy === 'None' && !given) return void errors.push(field.required(path, 'must provide `dnsConfig` when `dnsPolicy` is None'))
  const { nameservers = [], searches = [], options = [] } = given ?? {}
  if (dnsPolicy === 'None' && nameservers.length === 0) return void errors.push(field.required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None'))
  if (nameservers.length > MAX_SERVERS) errors.push(field.invalid(`${path}.nameservers`, nameservers, `must not have more than ${MAX_SERVERS} nameservers`))
  nameservers.forEach((server, i) => ip(errors, `${path}.nameservers[${i}]`, server))
  if (searches.length > MAX_SEARCHES) errors.push(field.invalid(`${path}.searches`, searches, `must not have more than ${MAX_SEARCHES} search paths`))
  if (searches.join(' ').length > MAX_SEARCH_CHARACTERS) errors.push(field.invalid(`${path}.searches`, searches, `must not have more than ${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`))
  searches.forEach((search, i) => {
    const name = search.replace(/\.$/, '')
    if (search !== '.') say(errors, `${path}.searches[${i}]`, name, underscoredSubdomain(name))
  })
  options.forEach(({ name }, i) => {
    if (!name) errors.push(field.required(`${path}.options[${i}]`, 'must not be empty'))
  })
}
