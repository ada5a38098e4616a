/** Stock helm 3 (beside kubectl 1.28 and 1.32) and 4 (beside 1.34 and 1.35): a chart is installed, upgraded, rolled back and removed, and helm waits for what it made. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KubeList } from '../../shared/api/meta.ts'
import type { Deployment, Pod, Secret } from '../../shared/api/types.ts'
import { eventually, type Client, type Release, type Result } from '../integration/app.ts'
import { runHelm } from './run-helm.ts'
import { EVERYTHING, shared } from './stories.ts'

const CHART = {
  'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: "1"\n',
  'values.yaml': 'replicas: 1\ngreeting: hello\n',
  'templates/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-config\ndata:\n  greeting: {{ .Values.greeting | quote }}\n',
  'templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ .Release.Name }}, labels: { app: {{ .Release.Name }} } }
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: {{ .Release.Name }} } }
  template:
    metadata: { labels: { app: {{ .Release.Name }} } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: web
          image: {{ .Values.image | default "pilothouse.dev/hello:1" }}
          imagePullPolicy: IfNotPresent
          ports: [{ containerPort: 80 }]
          env: [{ name: GREETING, valueFrom: { configMapKeyRef: { name: {{ .Release.Name }}-config, key: greeting } } }]
`,
  'templates/service.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: {{ .Release.Name }} }\nspec: { selector: { app: {{ .Release.Name }} }, ports: [{ port: 80, targetPort: 80 }] }\n',
  'templates/hook.yaml': `apiVersion: batch/v1
kind: Job
metadata: { name: {{ .Release.Name }}-check, annotations: { helm.sh/hook: post-install, helm.sh/hook-delete-policy: hook-succeeded } }
spec: { backoffLimit: 0, template: { spec: { restartPolicy: Never, containers: [{ name: check, image: "busybox:local", command: ["true"] }] } } }
`,
  'crds/coupons.yaml': `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: coupons.shop.example.com }
spec:
  group: shop.example.com
  scope: Namespaced
  names: { plural: coupons, singular: coupon, kind: Coupon, listKind: CouponList }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, properties: { percent: { type: integer, maximum: 100 } } } } }]
`,
  'templates/coupon.yaml': 'apiVersion: shop.example.com/v1\nkind: Coupon\nmetadata: { name: {{ .Release.Name }}-welcome }\npercent: {{ .Values.percent | default 10 }}\n',
  // What charts do with passwords: made once, then looked up in the cluster.
  'templates/secret.yaml': `{{- $old := lookup "v1" "Secret" .Release.Namespace (printf "%s-password" .Release.Name) }}
apiVersion: v1
kind: Secret
metadata: { name: {{ .Release.Name }}-password }
data: { password: {{ if $old }}{{ $old.data.password }}{{ else }}{{ randAlphaNum 16 | b64enc }}{{ end }} }
`,
  'templates/tests/answers.yaml': `apiVersion: v1
kind: Pod
metadata: { name: {{ .Release.Name }}-test, annotations: { helm.sh/hook: test, helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded" } }
spec: { restartPolicy: Never, terminationGracePeriodSeconds: 0, containers: [{ name: wget, image: "busybox:local", command: ["sh", "-c", "{{ if .Values.broken }}exit 3{{ else }}until wget -qO- http://{{ .Release.Name }}; do sleep 0.5; done{{ end }}"] }] }
`,
  'templates/NOTES.txt': 'The shop {{ .Release.Name }} greets with {{ .Values.greeting }}; the API is {{ .Capabilities.KubeVersion.Version }}{{ if .Capabilities.APIVersions.Has "apps/v1/Deployment" }} and has Deployments{{ end }}.\n',
}

let app: Client
let chart: string
beforeAll(async () => {
  chart = mkdtempSync(join(tmpdir(), 'pilothouse-chart-'))
  for (const part of ['templates/tests', 'crds']) mkdirSync(join(chart, part), { recursive: true })
  for (const [name, text] of Object.entries(CHART)) writeFileSync(join(chart, name), text)
  app = shared('engine')
})
afterAll(() => rmSync(chart, { recursive: true, force: true }))

const helm = (release: Release, args: string[]): Promise<Result> => runHelm(app, release, args)

// What they wait for, the one may wait for beside the other.
describe.concurrent.each(EVERYTHING ? (['28', '32', '34', '35'] as const) : (['28', '35'] as const))('helm of the time of kubectl 1.%s', (release) => {
  const okIn = (ns: string) => async (...args: string[]): Promise<string> => {
    const r = await helm(release, [...args, '-n', ns])
    if (r.code !== 0) throw new Error(`helm ${args.join(' ')}: ${r.stderr}${r.stdout}`)
    return r.stdout
  }
  const deploymentIn = (ns: string) => (): Promise<Deployment> => app.json<Deployment>('35', ['get', 'deployment', 'web', '-n', ns])

  it('installs with hooks and waits, upgrades, rolls back, tells its history, and removes everything', async () => {
    const ns = `helm-${release}`
    const [ok, deployment] = [okIn(ns), deploymentIn(ns)]
    expect(await ok('install', 'web', chart, '--create-namespace', '--wait', '--timeout', '150s')).toMatch(/STATUS: deployed/)
    await eventually('one is ready', deployment, ({ status }) => status?.readyReplicas === 1)
    const [secret] = (await app.json<KubeList<Secret>>('35', ['get', 'secrets', '-n', ns, '-l', 'owner=helm'])).items
    expect(secret).toMatchObject({ type: 'helm.sh/release.v1', metadata: { name: 'sh.helm.release.v1.web.v1', labels: { status: 'deployed' } } })
    expect((await app.json<KubeList<Pod>>('35', ['get', 'jobs', '-n', ns])).items).toEqual([])

    await ok('upgrade', 'web', chart, '--set', 'replicas=2,greeting=hi', '--wait', '--timeout', '150s')
    await eventually('two are ready', deployment, ({ status }) => status?.replicas === 2 && status.readyReplicas === 2)
    expect(await app.ok('35', ['get', 'configmap', 'web-config', '-n', ns, '-o', 'jsonpath={.data.greeting}'])).toBe('hi')

    await ok('rollback', 'web', '1', '--wait', '--timeout', '150s')
    expect((await deployment()).spec.replicas).toBe(1)
    expect((JSON.parse(await ok('history', 'web', '-o', 'json')) as { revision: number; status: string }[]).map((h) => [h.revision, h.status])).toEqual([[1, 'superseded'], [2, 'superseded'], [3, 'deployed']])

    const refused = await helm(release, ['upgrade', 'web', chart, '--set', 'replicas=-1', '-n', ns])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/spec\.replicas: Invalid value: -1: must be greater than or equal to 0/)

    await ok('uninstall', 'web', '--wait', '--timeout', '150s')
    expect(await app.ok('35', ['get', 'deployments,services,configmaps', '-n', ns, '-o', 'name', '-l', 'app.kubernetes.io/managed-by=Helm'])).toBe('')
    expect(await app.ok('35', ['get', 'deployments,services', '-n', ns, '-o', 'name'])).toBe('')
  })

  it('rehearses, looks up, tests, and takes back what fails', async () => {
    const ns = `helm-more-${release}`
    const [ok, deployment] = [okIn(ns), deploymentIn(ns)]
    await app.ok('35', ['create', 'namespace', ns])
    const maps = (): Promise<string> => app.ok('35', ['get', 'configmaps,deployments', '-n', ns, '-o', 'name', '-l', 'app.kubernetes.io/managed-by=Helm'])
    const password = (): Promise<string> => app.ok('35', ['get', 'secret', 'web-password', '-n', ns, '-o', 'jsonpath={.data.password}'])
    const render = release === '28' ? ['template', 'web', chart, '--validate'] : ['template', 'web', chart, '--dry-run=server']
    const [rehearsed, rendered] = [await ok('install', 'web', chart, '--dry-run=server'), await ok(...render)]
    expect(rehearsed).toMatch(/STATUS: pending-install/)
    expect(rehearsed).toMatch(/the API is v1\.\d+\.\d+\+pilothouse and has Deployments\./)
    expect(rendered).toMatch(/^kind: Deployment$/m)
    expect(await maps()).toBe('')

    await ok('upgrade', '--install', 'web', chart, '--wait', '--timeout', '150s')
    const first = await password()
    expect(await ok('upgrade', 'web', chart, '--set', 'greeting=hey', '--wait', '--timeout', '150s')).toMatch(/greets with hey/)
    expect(await password()).toBe(first)
    expect(await ok('get', 'manifest', 'web')).toContain(`password: ${first}`)
    expect(JSON.parse(await ok('status', 'web', '-o', 'json'))).toMatchObject({ name: 'web', version: 2, info: { status: 'deployed' } })
    expect(JSON.parse(await ok('list', '-o', 'json'))).toMatchObject([{ name: 'web', status: 'deployed', revision: '2' }])

    expect(await ok('test', 'web', '--timeout', '150s')).toMatch(/Phase: +Succeeded/)
    await ok('upgrade', 'web', chart, '--reuse-values', '--set', 'broken=true')
    const failed = await helm(release, ['test', 'web', '--timeout', '150s', '-n', ns])
    expect(failed.code).toBe(1)
    expect(failed.stderr).toMatch(/web-test.*failed|pod web-test failed/i)

    // An image that is nowhere: what fails to become ready is rolled back, and the greeting with it.
    const atomic = await helm(release, ['upgrade', 'web', chart, '--set', 'greeting=never,replicas=1,image=pilothouse.dev/no-such-image:1', '--atomic', '--timeout', '45s', '-n', ns])
    expect(atomic.code).toBe(1)
    expect(atomic.stderr).toMatch(/rolled back due to|has been rolled back/)
    const history = (JSON.parse(await ok('history', 'web', '-o', 'json')) as { status: string; description: string }[]).slice(-2)
    expect(history.map((h) => h.status)).toEqual(['failed', 'deployed'])
    expect((await deployment()).spec.template.spec?.containers[0]?.image).toBe('pilothouse.dev/hello:1')

    await ok('uninstall', 'web', '--keep-history', '--wait', '--timeout', '150s')
    expect(JSON.parse(await ok('list', '--uninstalled', '-o', 'json'))).toMatchObject([{ name: 'web', status: 'uninstalled' }])
    expect(await maps()).toBe('')
    // Definitions of a chart are nobody's to remove: they may hold the objects of others.
    expect(await app.ok('35', ['get', 'crd', 'coupons.shop.example.com', '-o', 'name'])).toContain('coupons.shop.example.com')
  })
})
