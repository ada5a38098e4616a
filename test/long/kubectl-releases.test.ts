/** A day's work with kubectl of releases that the other suites do not have: 1.22, which knows SPDY, legacy discovery and JSON alone, and 1.32, which prefers WebSockets. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { App, root } from '../integration/app.ts'

interface Fetching { fetchKubectl(releases: readonly string[]): Promise<void>; kubectlPath(release: string): string; MORE_RELEASES: readonly string[] }
const { fetchKubectl, kubectlPath, MORE_RELEASES } = (await import(`${root}/scripts/lib/kubectl.mjs`)) as Fetching

let app: App
let folder: string
beforeAll(async () => {
  await fetchKubectl(MORE_RELEASES)
  app = await App.start()
  folder = mkdtempSync(join(tmpdir(), 'releases-'))
})
afterAll(async () => {
  await app?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const COMMAND = 'busybox ln -sf busybox /bin/tar; mkdir -p /www; echo hello > /www/index.html; echo started; exec busybox httpd -f -p 8080 -h /www'
const web = (greeting: string): string => JSON.stringify({
  apiVersion: 'v1', kind: 'List', items: [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data: { greeting } },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'busybox:local', imagePullPolicy: 'Never', command: ['sh', '-c', COMMAND], env: [{ name: 'GREETING', value: greeting }], readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 } }] } } } },
  ],
})

describe.each(MORE_RELEASES)('kubectl 1.%s', (release) => {
  const ns = `kubectl-${release}`
  /** Words are parted by blanks; one that holds a blank has a hard one. */
  const k = (args: string, input?: string) => app.kubectl(release as '35', ['-n', ns, ...args.split(' ').map((a) => a.replace('\u00a0', ' '))], input === undefined ? {} : { input })

  // Each builds on those before it.
  it.each<[string, RegExp, (string | undefined)?, number?]>([
    ['version', /GitVersion:"v1\.\d+\.\d+\+pilothouse"|Server Version: v1\.\d+/], [`create namespace ${ns}`, /namespace\/kubectl-\d+ created/],
    ['apply -f -', /configmap\/web created\nservice\/web created\ndeployment\.apps\/web created\n/, web('one')], ['apply -f -', /configmap\/web unchanged\nservice\/web unchanged\ndeployment\.apps\/web unchanged\n/, web('one')],
    ['diff -f -', /^$/, web('one')], ['diff -f -', /^\+ {2}greeting: two$/m, web('two'), 1], ['rollout status deploy/web --timeout=60s', /successfully rolled out/],
    ['apply --server-side --force-conflicts -f -', /deployment\.apps\/web serverside-applied/, web('one')], ['get pods', /^NAME +READY +STATUS +RESTARTS +AGE\nweb-\S+ +1\/1 +Running +0/], ['get all', /replicaset\.apps\/web-\S+ +1 +1 +1/],
    ['get deploy web -o wide', /CONTAINERS +IMAGES +SELECTOR\n.* main +busybox:local +app=web/], ['get svc web -o jsonpath={.spec.ports[0].targetPort}', /^8080$/], ['describe deploy web', /Replicas: +1 desired \| 1 updated \| 1 total \| 1 available/],
    ['describe pod -l app=web', /Normal +Started/], ['logs deploy/web --tail=1', /^started\n$/], ['exec deploy/web -- sh -c echo\u00a0$GREETING', /^one\n$/], ['exec deploy/web -- cat /no/such/file', /^$/, undefined, 1],
    ['set env deploy/web GREETING=three', /env updated/], ['rollout status deploy/web --timeout=60s', /successfully rolled out/], ['rollout history deploy/web', /REVISION/], ['rollout undo deploy/web', /rolled back/], ['rollout status deploy/web --timeout=60s', /successfully rolled out/],
    ['scale deploy web --replicas=2', /scaled/], ['wait --for=condition=Available deploy/web --timeout=60s', /condition met/], ['autoscale deploy web --max=3', /autoscaled/], ['get hpa', /Deployment\/web/], ['expose deploy web --port=81 --target-port=8080 --name=more', /exposed/],
    ['create job one --image=busybox:local -- true', /created/], ['create secret generic s --from-literal=a=b', /created/], ['create token default', /^eyJ/], ['label cm web a=b', /labeled/], ['annotate cm web a=b', /annotated/], ['patch cm web -p {"data":{"x":"y"}}', /patched/],
    ['explain pod.spec.containers.image', /image/i], ['api-resources --namespaced=true -o name', /deployments\.apps/], ['auth can-i create pods', /^yes\n$/], ['top nodes', /CPU/], ['get events', /Started/], ['delete cm,secret --all', /deleted/], ['delete deploy,svc,hpa,job --all', /deleted/],
  ].filter(([args]) => release !== '22' || args !== 'create token default') as [string, RegExp, string?, number?][])('%s', async (args, expected, input, code = 0) => {
    const answer = await k(args, input)
    expect(answer, answer.stderr).toMatchObject({ code, stdout: expect.stringMatching(expected) })
  })

  it('copies, forwards, attaches, and follows', async () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one' }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'busybox:local', imagePullPolicy: 'Never', command: ['sh', '-c', COMMAND], readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 } }] } }
    expect((await k('create -f -', JSON.stringify(pod))).code).toBe(0)
    expect((await k('wait --for=condition=Ready pod/one --timeout=60s')).code).toBe(0)
    const bytes = randomBytes(200_000)
    const [up, down] = [join(folder, `up-${release}`), join(folder, `down-${release}`)]
    writeFileSync(up, bytes)
    expect(await k(`cp ${up} one:/tmp/copied`)).toMatchObject({ code: 0 })
    expect(await k(`cp one:/tmp/copied ${down}`)).toMatchObject({ code: 0 })
    expect(readFileSync(down).equals(bytes)).toBe(true)
    const input = randomBytes(100_000).toString('hex')
    expect((await k('exec -i one -- cat', input)).stdout === input).toBe(true)
    const child = spawn(kubectlPath(release), ['port-forward', '-n', ns, 'pod/one', ':8080'], { env: { PATH: process.env['PATH'], KUBECONFIG: app.ready.kubeconfig, HOME: app.home }, stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      const port = await new Promise<string>((resolve, reject) => {
        child.stdout.on('data', (data: Buffer) => { const found = /127\.0\.0\.1:(\d+) ->/.exec(String(data))?.[1]; if (found) resolve(found) })
        child.on('exit', (code) => reject(new Error(`port-forward ended with ${code}`)))
      })
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('hello\n')
    } finally {
      child.kill()
    }
    expect((await k('drain nobody')).stderr).toMatch(/nodes "nobody" not found/)
    expect((await k(`delete namespace ${ns} --wait=false`)).code).toBe(0)
  })
})

it('kubectl 1.32 runs a pod with its input, and takes its exit code', async () => {
  const ran = await app.kubectl('32' as '35', ['run', 'asked', '-i', '--rm', '--quiet', '--image=busybox:local', '--image-pull-policy=Never', '--restart=Never', '--', 'sh', '-c', 'cat; exit 4'], { input: 'said\n' })
  expect([ran.code, ran.stdout]).toEqual([4, 'said\n'])
})
