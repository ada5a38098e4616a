/** Every kind that kubectl can make by itself, by the kubectls that send JSON and those that send protobuf. */
import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeRequest } from '../../electron/controllers/testing-certificates.ts'
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
  it('decides on certificate requests, which the signer then answers', async () => {
    const names = ['ann', 'bob', 'eve'].map((user) => `${user}-${release}`)
    const requests = await Promise.all(names.map(async (name) => ({
      apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name },
      spec: { request: Buffer.from(await makeRequest(`CN=${name},O=people`)).toString('base64'), signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'], ...(name === names[0] ? { expirationSeconds: 7200 } : {}) },
    })))
    await app.ok(release, ['create', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: requests }) })
    expect(await app.ok(release, ['certificate', 'approve', names[0]!])).toBe(`certificatesigningrequest.certificates.k8s.io/${names[0]} approved\n`)
    expect(await app.ok(release, ['certificate', 'deny', names[1]!])).toBe(`certificatesigningrequest.certificates.k8s.io/${names[1]} denied\n`)
    await app.ok(release, ['wait', `csr/${names[0]}`, '--for=jsonpath={.status.certificate}', '--timeout=60s'])
    const table = (await app.ok(release, ['get', 'csr', ...names])).trimEnd().split('\n').map((line) => line.split(/ {2,}/).filter((_, i) => i !== 1))
    const signer = 'kubernetes.io/kube-apiserver-client'
    expect(table).toEqual([
      ['NAME', 'SIGNERNAME', 'REQUESTOR', 'REQUESTEDDURATION', 'CONDITION'],
      [names[0], signer, 'kubernetes-admin', '120m', 'Approved,Issued'],
      [names[1], signer, 'kubernetes-admin', '<none>', 'Denied'], [names[2], signer, 'kubernetes-admin', '<none>', 'Pending'],
    ])
    const issued = await app.ok(release, ['get', 'csr', names[0]!, '-o', 'jsonpath={.status.certificate}'])
    expect(new X509Certificate(Buffer.from(issued, 'base64')).subject.split('\n').toSorted()).toEqual([`CN=${names[0]}`, 'O=people'])
    await app.ok(release, ['delete', 'csr', ...names])
  })
})
