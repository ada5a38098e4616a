import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readAuditPolicy } from './audit-policy-file.ts'
import { UsageError } from './options.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'policy-')) })
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const RULE = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: '

it('reads the file that is named, else the standard one, else none', async () => {
  const standard = join(folder, 'audit-policy.yaml')
  expect(await readAuditPolicy(undefined, standard)).toBeUndefined()
  file('audit-policy.yaml', `${RULE}Request\n`)
  expect(await readAuditPolicy(undefined, standard)).toMatchObject({ rules: [{ level: 'Request' }] })
  expect(await readAuditPolicy(file('own.json', '{"apiVersion":"audit.k8s.io/v1","kind":"Policy","rules":[{"level":"None"}]}'), standard)).toMatchObject({ rules: [{ level: 'None' }] })
})
it.each<[string, string | undefined, RegExp]>([
  ['a file that is not there', undefined, /^The audit policy .*p\.yaml cannot be read: ENOENT/],
  ['no YAML', 'a: [', /^The audit policy .*p\.yaml is no YAML: /],
  ['no policy', `${RULE}All\n  usres: [a]\n`, /^The audit policy .*p\.yaml is invalid:\n {2}rules\[0\]\.usres: Invalid value: .*unknown field\n {2}rules\[0\]\.level: Unsupported value: "All"/],
  ['an empty file', '', /is invalid:\n {2}Invalid value: null: must be an object/],
])('refuses %s with a sentence', async (_name, text, said) => {
  const path = text === undefined ? join(folder, 'p.yaml') : file('p.yaml', text)
  const fault = await readAuditPolicy(path, '').catch((e: unknown) => e)
  expect(fault).toBeInstanceOf(UsageError)
  expect((fault as Error).message).toMatch(said)
})
