/** Every kind that kubectl can make by itself, by the kubectls that send JSON and those that send protobuf. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { App, type Release } from './app.ts'

let app: App
beforeAll(async () => {
  app = await App.start({ args: ['--runtime', 'hollow', '--nodes', '1'] })
})
afterAll(() => app.dispose())

const COMMANDS: [what: string, command: string[], resource: string][] = [
  ['quota', ['create', 'quota', 'x', '--hard=pods=3,requests.cpu=1', '--scopes=NotTerminating'], 'resourcequota/x'],
  ['ingress', ['create', 'ingress', 'x', '--rule=example.com/*=web:80'], 'ingress/x'],
  ['poddisruptionbudget', ['create', 'poddisruptionbudget', 'x', '--selector=a=b', '--min-available=1'], 'pdb/x'],
  ['priorityclass', ['create', 'priorityclass', 'x', '--value=7'], 'priorityclass/x'],
  ['deployment', ['create', 'deployment', 'x', '--image=pilothouse.dev/hello:1'], 'deployment/x'],
  ['autoscaler', ['autoscale', 'deployment', 'x', '--min=1', '--max=3', '--cpu-percent=80'], 'hpa/x'],
  ['secret', ['create', 'secret', 'generic', 'x', '--from-literal=a=b'], 'secret/x'],
  ['cronjob', ['create', 'cronjob', 'x', '--image=pilothouse.dev/hello:1', '--schedule=* * * * *'], 'cronjob/x'],
  ['role', ['create', 'role', 'x', '--verb=get', '--resource=pods'], 'role/x'],
]

describe.each<Release>(['28', '34', '35'])('kubectl 1.%s', (release) => {
  it.each(COMMANDS)('makes and shows: %s', async (_what, command, resource) => {
    await app.ok(release, command)
    expect(await app.ok(release, ['get', resource, '-o', 'name'])).toContain('/x')
    expect((await app.ok(release, ['describe', resource])).replaceAll(/ +/g, ' ')).toMatch(/Name: x/)
    if (resource !== 'deployment/x') await app.ok(release, ['delete', resource, '--now'])
  })
  it('leaves nothing', async () => {
    expect(await app.ok(release, ['delete', 'deployment', 'x', '--now'])).toContain('deleted')
  })
  it('knows who asks and what they may', async () => {
    expect(await app.ok(release, ['auth', 'whoami'])).toContain('kubernetes-admin')
    expect(await app.ok(release, ['auth', 'can-i', 'create', 'pods'])).toBe('yes\n')
    expect(await app.ok(release, ['auth', 'can-i', '--list'])).toContain('*.*')
    const nobody = await app.kubectl(release, ['auth', 'can-i', 'list', 'secrets', '--as=nobody', '--as-group=people'])
    expect(nobody.stdout).toBe('no\n')
    expect(await app.ok(release, ['create', 'token', 'default', '--duration=10m'])).toMatch(/^ey/)
  })
})
