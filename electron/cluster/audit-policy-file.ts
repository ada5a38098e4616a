/**
 * The audit policy that the user has written: the file that the command line names, else `audit-policy.yaml` of the data folder.
 * What is no policy is refused before anything starts: who has asked for a record shall not run without it.
 */
import { readFileSync } from 'node:fs'
import { checkPolicy, type AuditPolicy } from '../apiserver/audit-policy.ts'
import { UsageError } from './options.ts'

/**
 * @param path the named file @param standard the data folder's, which need not be there
 * @returns undefined: there is no policy
 * @throws UsageError with a sentence for each fault
 */
export async function readAuditPolicy(path: string | undefined, standard: string): Promise<AuditPolicy | undefined> {
  const file = path ?? standard
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (e) {
    if (path === undefined && (e as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new UsageError(`The audit policy ${file} cannot be read: ${(e as Error).message}`)
  }
  const { parse } = await import('yaml')
  let document: unknown
  try {
    document = parse(text)
  } catch (e) {
    throw new UsageError(`The audit policy ${file} is no YAML: ${(e as Error).message}`)
  }
  const errors = checkPolicy(document)
  if (errors.length) throw new UsageError(`The audit policy ${file} is invalid:\n${errors.map((e) => `  ${e.field === '' ? '' : `${e.field}: `}${e.message}`).join('\n')}`)
  return document as AuditPolicy
}
