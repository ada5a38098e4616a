/** Names of signers: `domain/path`. */
import { field } from '../../../../shared/errors.ts'
import { dns1123Subdomain } from '../../../../shared/labels.ts'
import type { Errors } from './common.ts'
import { say } from './common.ts'

export function signerName(errors: Errors, path: string, name: string | undefined): void {
  if (!name) {
    errors.push(field.required(path))
    return
  }
  const [domain = '', rest, ...more] = name.split('/')
  if (rest === undefined || more.length) {
    errors.push(field.invalid(path, name, 'must be a fully qualified domain and path of the form "example.com/signer-name"'))
    return
  }
  if (!domain.includes('.')) errors.push(field.invalid(path, name, 'should be a domain with at least two segments separated by dots'))
  say(errors, path, domain, dns1123Subdomain(domain))
  say(errors, path, rest, dns1123Subdomain(rest))
}
