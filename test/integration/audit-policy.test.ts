/** A policy of the user's, in the data folder or named on the command line, decides what the audit log holds; what is none stops the start. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { App, eventually } from './app.ts'

const args = ['--runtime', 'hollow', '--nodes', '1']
const POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  users: ["system:*"]
- level: None
  userGroups: ["system:nodes", "system:serviceaccounts"]
- level: RequestResponse
  verbs: [create, watch]
  resources: [{group: "", resources: [configmaps]}]
- level: Metadata
  resources: [{group: "", resources: [secrets]}]
`
interface Event { level: string; stage: string; verb: string; auditID: string; objectRef?: { resource: string; name?: string }; requestObject?: { data?: object }; responseObject?: { metadata?: { uid?: string } }; user: { username: string } }
let folder: string
let home: string
let app: App | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'audited-'))
  home = join(folder, 'home')
})
afterEach(async () => {
  await app?.dispose()
  app = undefined
  rmSync(folder, { recursive: true, force: true })
})
/** What comes after the last line's end is still being written. */
const mine = (): Event[] => readFileSync(join(home, 'audit', 'audit.log'), 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line) as Event).filter((e) => e.user.username === 'kubernetes-admin')

it('the policy of the data folder says what is written, and of a watch when it ends', async () => {
  mkdirSync(home, { mode: 0o700 })
  writeFileSync(join(home, 'audit-policy.yaml'), POLICY)
  app = await App.start({ home, args })
  await app.ok('35', ['create', 'configmap', 'shown', '--from-literal=a=b'])
  await app.ok('35', ['create', 'secret', 'generic', 'hidden', '--from-literal=password=geheim'])
  await app.ok('35', ['create', 'serviceaccount', 'unseen'])
  await app.ok('35', ['get', '--raw', '/api/v1/namespaces/default/configmaps?watch=true&timeoutSeconds=1'])
  const events = await eventually('the watch has ended', async () => mine(), (all) => all.some((e) => e.verb === 'watch' && e.stage === 'ResponseComplete'))
  expect(events.map((e) => [e.level, e.verb, e.objectRef?.resource, e.stage])).toEqual([['RequestResponse', 'create', 'configmaps', 'ResponseComplete'], ['Metadata', 'create', 'secrets', 'ResponseComplete'], ['RequestResponse', 'watch', 'configmaps', 'ResponseStarted'], ['RequestResponse', 'watch', 'configmaps', 'ResponseComplete']])
  expect(events[0]).toMatchObject({ requestObject: { data: { a: 'b' } }, responseObject: { metadata: { name: 'shown', uid: expect.any(String) as never } } })
  expect(new Set(events.slice(2).map((e) => e.auditID)).size).toBe(1)
  expect(readFileSync(join(home, 'audit', 'audit.log'), 'utf8')).not.toContain('geheim')
})

it('a policy that is none, or not there, is told of and nothing starts', async () => {
  const file = join(folder, 'policy.yaml')
  writeFileSync(file, POLICY.replace('level: Metadata', 'level: Everything'))
  await expect(App.start({ home, args: [...args, '--audit-policy', file] })).rejects.toThrow(/policy\.yaml is invalid:\s+rules\[3\]\.level: Unsupported value: "Everything": supported values: /)
  await expect(App.start({ home, args: [...args, '--audit-policy', join(folder, 'none')] })).rejects.toThrow(/The audit policy .*none cannot be read: ENOENT/)
})
