/** A third real client, in another language: Python's, as Debian packs it, with the built app on a real engine. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { App } from './app.ts'

let app: App
const MAIN = 'mkdir -p /www; echo hello > /www/index.html; busybox httpd -p 8080 -h /www; echo first; echo second; trap "exit 0" TERM; while :; do sleep 1; done'
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one' }, spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'busybox:local', imagePullPolicy: 'Never', command: ['sh', '-c', MAIN] }, { name: 'brief', image: 'busybox:local', imagePullPolicy: 'Never', stdin: true, stdinOnce: true, command: ['sh', '-c', 'echo begun; read line; echo "heard $line"'] }] } }
beforeAll(async () => {
  app = await App.start()
  await app.ok('35', ['create', '-f', '-'], { input: JSON.stringify(pod) })
  await app.ok('35', ['wait', '--for=condition=Ready', 'pod/one', '--timeout=60s'])
})
afterAll(() => app?.dispose())

it('lists, watches, creates, patches, applies, deletes, runs commands, attaches, follows logs, forwards ports and elects a leader', async () => {
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [join(import.meta.dirname, 'python-client.py'), app.ready.kubeconfig, 'one'], { timeout: 150_000 })
  const said = Object.fromEntries(stdout.trim().split('\n').map((line) => JSON.parse(line) as [string, unknown]))
  expect(said).toEqual({
    version: '1', nodes: app.ready.nodes.length, patched: { a: 'b', c: 'd' }, conflict: [409, 'AlreadyExists'], deleted: 'Success',
    watched: [['ADDED', { a: 'b' }], ['MODIFIED', { a: 'b', c: 'd' }], ['DELETED', { a: 'b', c: 'd' }]],
    scaled: 0, custom: 9, 'custom left': 0, exec: expect.stringMatching(/^(out\nerr\n|err\nout\n)$/), session: ['heard you\n', 3], log: 'second\n', absent: [404, 'pods "absent" not found'],
    attached: 'heard enough\n', followed: ['begun', 'heard enough'], forwarded: ['200', 'hello\n', null],
    applied: [{ a: '1', b: '1' }, { a: '1', b: '1', c: '2' }, { a: '1', c: '2' }], 'apply conflict': [{ reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.a' }], forced: { a: '2' },
    'of a kind of its own': [], 'deleted by the dynamic client': 'Success', leads: true, follows: false, leader: 'first',
  })
})
