/** Every kind's page, and what can be done to objects, on a hollow cluster. */
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { expect, test, type Page } from '@playwright/test'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'
import { violations } from './axe.ts'
import { api, atRest, detail, row, sharedWindow, to } from './page.ts'

let page: Page
sharedWindow((opened) => { page = opened })

const pods = (labels: string): string => `{metadata: {labels: {app: ${labels}}}, spec: {containers: [{name: c, image: "pilothouse.dev/hello:1", ports: [{containerPort: 80}]}]}}`
const OBJECTS = `apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: ${pods('web')}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec: {serviceName: db, replicas: 1, selector: {matchLabels: {app: db}}, template: ${pods('db')}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: shop}
spec: {schedule: "0 3 1 1 *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "pilothouse.dev/hello:1"}]}}}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {rules: [{host: web.localhost, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}
---
apiVersion: v1
kind: Secret
metadata: {name: login, namespace: shop}
stringData: {password: hunter2}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ships.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: ships, singular: ship, kind: Ship}
  versions:
    - name: v1
      served: true
      storage: true
      additionalPrinterColumns: [{name: Harbour, type: string, jsonPath: .spec.harbour}]
      schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {harbour: {type: string}}}}}}
`
const editor = () => page.getByRole('textbox', { name: 'YAML editor' })
async function type(text: string): Promise<void> {
  await editor().click()
  // Emptied first: over a choice the browser would insert text with the style of what stood there, which the policy forbids.
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Delete')
  await page.keyboard.insertText(text)
}
const more = async (action: string): Promise<void> => {
  await detail(page).getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: action }).click()
}
const confirm = (title: string, button: string) => page.getByRole('dialog', { name: title }).getByRole('button', { name: button }).click()

test('makes objects from YAML: says where the fault is, checks them all, then makes them one by one', async () => {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Search or run' }).fill('New from YAML')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'New from YAML' })
  await type('a: [')
  await expect(dialog.getByRole('alert')).toContainText('Line 1')
  await expect(dialog.getByRole('button', { name: 'Create' })).toBeDisabled()
  await type(OBJECTS.replace('replicas: 2', 'replicas: -2').replaceAll(', namespace: shop', ''))
  await dialog.getByRole('button', { name: 'Check' }).click()
  const results = dialog.getByRole('list', { name: 'Results' })
  await expect(results.getByRole('listitem')).toHaveCount(8)
  await expect(results.getByText(/spec\.replicas: Invalid value: -2/)).toBeVisible()
  expect(await api(page, { method: 'GET', path: '/api/v1/namespaces/shop' })).toMatchObject({ status: 404 })
  await type(OBJECTS)
  await dialog.getByRole('button', { name: 'Create 8 objects' }).click()
  await expect(results.getByText('created')).toHaveCount(8)
  await dialog.getByRole('button', { name: 'Close' }).click()
})

test('the rail has a page for everything that is served, each with its count', async () => {
  const rail = page.getByRole('navigation', { name: 'Pages' })
  for (const group of ['Access', 'Custom resources']) await rail.getByRole('button', { name: group }).click()
  await expect(rail.getByRole('link', { name: /^Ship/ })).toBeVisible()
  await expect(rail.getByRole('link', { name: /^Stateful sets/ })).toContainText('1')
  const links = await rail.getByRole('link').evaluateAll((all) => all.map((a) => [a.getAttribute('href') ?? '', a.querySelector('.name')?.textContent ?? '']))
  expect(links.length).toBeGreaterThan(35)
  expect(await rail.locator('.name').evaluateAll((all) => all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => `${e.textContent} ${e.scrollWidth - e.clientWidth} px`))).toEqual([])
  for (const [href = ''] of links) {
    await to(page, href.replace(/^.*#/, ''))
    await expect(page.locator('main h1')).toBeVisible()
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    await expect(page.getByText('This page failed')).toHaveCount(0)
  }
})

test('a stateful set is scaled, and back; a cron job runs now, is suspended and resumed', async () => {
  await to(page, '/statefulsets/shop/db')
  await detail(page).getByRole('button', { name: 'Scale' }).click()
  await page.getByRole('dialog', { name: 'Scale: db' }).getByLabel('Replicas').fill('3')
  await confirm('Scale: db', 'Scale')
  // Under the pointer the note stays for as long as that takes.
  await page.getByText('db scaled from 1 to 3').hover()
  await expect(detail(page).getByText('3/3')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(detail(page).getByText('1/1').first()).toBeVisible()
  await to(page, '/cronjobs/shop/nightly')
  await detail(page).getByRole('button', { name: 'Run now' }).click()
  await confirm('Run now: nightly', 'Run now')
  await expect(detail(page).getByRole('link', { name: /^nightly-/ }).first()).toBeVisible()
  await more('Suspend')
  await confirm('Suspend: nightly', 'Suspend')
  await expect(detail(page).getByText('Suspended').first()).toBeVisible()
  await detail(page).getByRole('button', { name: 'Resume' }).click()
  await confirm('Resume: nightly', 'Resume')
  await expect(detail(page).getByText('Scheduled').first()).toBeVisible()
})

test('a rollout is paused and resumed, and rolled back to what is shown', async () => {
  await to(page, '/deployments/shop/web')
  await more('Pause rollout')
  await confirm('Pause rollout: web', 'Pause rollout')
  await expect(detail(page).getByText('Paused', { exact: true })).toBeVisible()
  await detail(page).getByRole('button', { name: 'Edit image' }).click()
  await page.getByRole('dialog', { name: 'Edit image: web' }).getByLabel('Image').fill('pilothouse.dev/hello:2')
  await confirm('Edit image: web', 'Save')
  await detail(page).getByRole('button', { name: 'Resume' }).click()
  await confirm('Resume: web', 'Resume')
  await expect(detail(page).getByText('Revision 2')).toBeVisible()
  await expect(detail(page).getByText('Complete')).toBeVisible()
  await more('Roll back')
  const dialog = page.getByRole('dialog', { name: 'Roll back: web' })
  await expect(dialog.getByText('image: pilothouse.dev/hello:2')).toBeVisible()
  await expect(dialog.getByText('image: pilothouse.dev/hello:1')).toBeVisible()
  await dialog.getByRole('button', { name: 'Roll back' }).click()
  await expect(detail(page).getByText('Revision 3')).toBeVisible()
  await expect(detail(page).getByText('pilothouse.dev/hello:1', { exact: true })).toBeVisible()
})

test('a pod is evicted when its budget allows it; a node is drained of what may move, and opened again', async () => {
  const budgets = '/apis/policy/v1/namespaces/shop/poddisruptionbudgets'
  expect(await api(page, { method: 'POST', path: budgets, body: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'db' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'db' } } } } })).toMatchObject({ status: 201 })
  const pod = () => api<{ metadata: { uid: string } }>(page, { method: 'GET', path: '/api/v1/namespaces/shop/pods/db-0' })
  const before = (await pod()).body.metadata.uid
  await to(page, '/pods/shop/db-0')
  await more('Evict')
  const dialog = page.getByRole('dialog', { name: 'Evict: db-0' })
  await dialog.getByRole('button', { name: 'Evict' }).click()
  await expect(dialog.getByRole('alert')).toContainText('disruption budget')
  await api(page, { method: 'DELETE', path: `${budgets}/db` })
  await dialog.getByRole('button', { name: 'Evict' }).click()
  await expect(page.getByText('db-0 is being evicted')).toBeVisible()
  await expect.poll(async () => (await pod()).body.metadata?.uid).not.toBe(before)
  await expect(row(page, /^db-0 .*Running/)).toBeVisible()
  await to(page, '/nodes/hollow-2')
  await detail(page).getByRole('button', { name: 'Drain', exact: true }).click()
  await confirm('Drain: hollow-2', 'Drain')
  await expect(page.getByText('Node hollow-2 is drained')).toBeVisible()
  await expect(row(page, /hollow-2/)).toContainText('SchedulingDisabled')
  await expect(detail(page).getByRole('tab', { name: 'Pods 0' })).toBeVisible()
  await detail(page).getByRole('button', { name: 'Uncordon', exact: true }).click()
  await confirm('Uncordon: hollow-2', 'Uncordon')
  await expect(row(page, /hollow-2/)).not.toContainText('SchedulingDisabled')
})

test('YAML is edited: a refused field is marked, the diff is shown, a conflict is put on top of', async () => {
  await to(page, '/services/shop/web')
  await expect(detail(page).getByText('Who serves: 2 of 2 ready')).toBeVisible()
  await page.keyboard.press('e')
  await detail(page).getByRole('button', { name: 'Edit', exact: true }).click()
  const { body } = await api<{ spec: object; metadata: object }>(page, { method: 'GET', path: '/api/v1/namespaces/shop/services/web' })
  await type(JSON.stringify({ ...body, spec: { ...body.spec, sessionAffinity: 'Sometimes' } }, undefined, 1))
  await detail(page).getByRole('button', { name: 'Review changes' }).click()
  await expect(detail(page).getByRole('alert')).toContainText('spec.sessionAffinity: Unsupported value: "Sometimes"')
  await expect(detail(page).locator('.cm-lint-marker-error')).toHaveCount(1)
  await type(JSON.stringify({ ...body, spec: { ...body.spec, sessionAffinity: 'ClientIP' } }, undefined, 1))
  expect(await api(page, { method: 'PATCH', path: '/api/v1/namespaces/shop/services/web', contentType: 'application/merge-patch+json', body: { metadata: { labels: { theirs: 'kept' } } } })).toMatchObject({ status: 200 })
  await detail(page).getByRole('button', { name: 'Review changes' }).click()
  await expect(detail(page).getByRole('alert')).toContainText('the object has been modified')
  await detail(page).getByRole('button', { name: 'Put mine on top' }).click()
  await expect(editor().getByText('theirs: kept')).toBeVisible()
  await detail(page).getByRole('button', { name: 'Review changes' }).click()
  const diff = detail(page).getByRole('textbox', { name: 'What changes' })
  await expect(diff.getByText('sessionAffinity: ClientIP')).toBeVisible()
  await expect(diff.getByText('sessionAffinity: None')).toBeVisible()
  await detail(page).getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByText('Service web is saved')).toBeVisible()
  await detail(page).getByRole('tab', { name: 'Details' }).click()
  await expect(detail(page).getByText('ClientIP')).toBeVisible()
  await expect(detail(page).getByText('theirs=kept')).toBeVisible()
  await expect(detail(page).getByText('Who serves: 2 of 2 ready')).toBeVisible()
  await expect(detail(page).getByRole('link', { name: /^http:\/\/localhost:3\d{4}$/ })).toBeVisible()
})

test('labels are added and taken away; a secret keeps its values to itself until asked', async () => {
  await to(page, '/secrets/shop/login')
  await expect(detail(page).getByText('hunter2')).toHaveCount(0)
  await detail(page).getByRole('tab', { name: 'YAML' }).click()
  await expect(detail(page).getByText('password: …')).toBeVisible()
  await detail(page).getByRole('tab', { name: 'Details' }).click()
  await detail(page).getByRole('button', { name: 'Show password' }).click()
  await expect(detail(page).getByText('hunter2')).toBeVisible()
  await more('Labels and annotations')
  const dialog = page.getByRole('dialog', { name: 'Labels and annotations: login' })
  const labels = dialog.getByRole('group', { name: 'Labels' })
  await labels.getByRole('button', { name: 'Add' }).click()
  await labels.getByLabel('Key 1').fill('team')
  await labels.getByLabel('Value 1').fill('blue')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(detail(page).getByText('team=blue')).toBeVisible()
})

test('a custom kind has the columns of its definition', async () => {
  await to(page, '/custom/example.com/ships')
  await page.getByRole('button', { name: 'New Ship' }).first().click()
  await type('apiVersion: example.com/v1\nkind: Ship\nmetadata: {name: aurora, namespace: shop}\nspec: {harbour: Busan}\n')
  await page.getByRole('dialog').getByRole('button', { name: 'Create 1 object' }).click()
  await page.getByRole('dialog').getByRole('link', { name: 'Ship/aurora' }).click()
  await page.keyboard.press('Escape')
  await to(page, '/custom/example.com/ships')
  await expect(page.getByRole('columnheader', { name: 'Harbour' })).toBeVisible()
  await expect(row(page, /^aurora .*Busan/)).toBeVisible()
})

test('a signing request is approved', async () => {
  const keys = (await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])) as never as CryptoKeyPair
  const signed = await Pkcs10CertificateRequestGenerator.create({ name: 'CN=robot', keys, signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' } })
  const request = Buffer.from(signed.toString('pem')).toString('base64')
  const made = await api<{ message?: string }>(page, { method: 'POST', path: '/apis/certificates.k8s.io/v1/certificatesigningrequests', body: { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name: 'robot' }, spec: { signerName: 'example.com/own', usages: ['client auth'], request } } })
  expect(made.body.message).toBeUndefined()
  await to(page, '/certificatesigningrequests/robot')
  await detail(page).getByRole('button', { name: 'Approve' }).click()
  await confirm('Approve: robot', 'Approve')
  await expect(detail(page).getByText('Approved').first()).toBeVisible()
  await expect(detail(page).getByRole('button', { name: 'Deny' })).toHaveCount(0)
})

test('a terminal stays in the dock, says why it ended, and begins anew; a port is forwarded and stopped', async () => {
  await to(page, '/pods')
  await row(page, /^web-/).first().click()
  await expect(detail(page).getByRole('button', { name: 'Shell' })).toBeVisible()
  await page.keyboard.press('s')
  const dock = page.getByRole('region', { name: 'Dock' })
  await expect(dock.getByText(/Enter begins a new one/).first()).toBeVisible()
  await to(page, '/services/shop/web')
  await expect(dock.getByText(/Enter begins a new one/).first()).toBeVisible()
  await dock.getByRole('button', { name: 'End this terminal' }).click()
  await expect(dock).toHaveCount(0)
  await more('Forward a port')
  await confirm('Forward a port: web', 'Forward')
  await page.getByRole('button', { name: '1 port' }).click()
  const list = page.getByRole('presentation').filter({ hasText: 'Forwarded ports' })
  const href = await list.getByRole('link', { name: /^http:\/\/127\.0\.0\.1:/ }).getAttribute('href')
  expect((await fetch(href ?? '')).status).toBe(200)
  await list.getByRole('button', { name: /^Stop/ }).click()
  // Its button in the top bar is hidden behind the open list anyway: the port itself says when it is closed.
  await expect.poll(() => fetch(href ?? '').then(() => 'open', (e: Error) => e.message)).toBe('fetch failed')
  await expect(page.getByRole('button', { name: '1 port' })).toHaveCount(0)
  await page.keyboard.press('Escape')
})

test('the audit log says who did what and how it was answered, follows, is filtered, and leads to the object', async () => {
  // Under a pointer no row moves, and new ones come last.
  await page.mouse.move(0, 0)
  await to(page, '/audit')
  const grid = page.getByRole('grid', { name: 'Audit log' })
  await expect(row(page, /pilothouse-dashboard patch services web shop .*200/).first()).toBeVisible()
  const put = (name: string) => api(page, { method: 'POST', path: '/api/v1/namespaces/shop/configmaps', body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } } })
  await put('watched')
  await expect(row(page, /pilothouse-dashboard create configmaps watched shop .*201/)).toBeVisible()
  await put('watched')
  await page.getByRole('button', { name: 'Refused or failed' }).click()
  await expect(row(page, /pilothouse-dashboard create configmaps .*409/)).toBeVisible()
  await expect(row(page, / 201/)).toHaveCount(0)
  await page.getByRole('button', { name: 'Refused or failed' }).click()
  await page.getByRole('textbox', { name: 'User' }).fill('DASHBOARD')
  await page.getByRole('textbox', { name: 'Resource or name' }).fill('configmaps')
  await page.getByRole('combobox', { name: 'Verb' }).click()
  await page.getByRole('option', { name: 'create', exact: true }).click()
  await expect(row(page, /configmaps/)).toHaveCount(2)
  await expect(row(page, /services|kube-controller/)).toHaveCount(0)
  // Put off, it says how many wait; nothing moves.
  await page.getByRole('button', { name: 'Follow' }).click()
  await put('later')
  await page.getByRole('button', { name: 'Follow (1 waits)' }).click()
  await expect(row(page, /later/)).toBeVisible()
  await row(page, /later/).click({ position: { x: 20, y: 10 } })
  await expect(detail(page).getByText('/api/v1/namespaces/shop/configmaps', { exact: true })).toBeVisible()
  await detail(page).getByRole('link', { name: 'later' }).click()
  await expect(page.getByRole('heading', { name: 'Config maps' })).toBeVisible()
  await to(page, '/audit')
  await page.getByRole('textbox', { name: 'User' }).fill('nobody at all')
  await expect(grid.getByText('No request matches')).toBeVisible()
})

test('a request lights up its way through the picture; unseen or where no motion is wanted, nothing moves', async () => {
  await to(page, '/architecture')
  const lately = page.getByRole('list', { name: 'The last requests' })
  const make = (name: string) => api(page, { method: 'POST', path: '/api/v1/namespaces/shop/secrets', body: { apiVersion: 'v1', kind: 'Secret', metadata: { name } } })
  const layer = page.getByTestId('lights')
  const lights = layer.locator('i')
  // A light is there for half a second: whoever looks now and then may miss it.
  await layer.evaluate((e) => {
    const seen = Object.assign(window, { lit: 0 })
    new MutationObserver((changes) => { for (const c of changes) seen.lit += c.addedNodes.length }).observe(e, { childList: true })
  })
  // Whether the page has begun to listen cannot be seen: asked until it has.
  let tries = 0
  await expect(async () => {
    await make(`lit-${tries++}`)
    await expect(lately.getByText('create secrets lit-').first()).toBeVisible({ timeout: 2000 })
  }).toPass()
  await expect.poll(() => page.evaluate(() => (window as unknown as { lit: number }).lit)).toBeGreaterThan(0)
  await expect(lately.getByText('dashboard').first()).toBeVisible()
  await expect(lights).toHaveCount(0)
  const hide = (hidden: boolean) => page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { value, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, hidden)
  await hide(true)
  await make('unseen')
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.evaluate(() => {
    const still = (window as unknown as { moved: number })
    still.moved = 0
    new MutationObserver(() => { still.moved++ }).observe(document.querySelector('[data-testid=lights]') as Element, { childList: true })
  })
  await hide(false)
  await expect(async () => {
    await make(`still-${tries++}`)
    await expect(lately.getByText('create secrets still-').first()).toBeVisible({ timeout: 2000 })
  }).toPass()
  await expect(lately.getByText('create secrets unseen')).toHaveCount(0)
  expect(await page.evaluate(() => (window as unknown as { moved: number }).moved)).toBe(0)
  await page.emulateMedia({ reducedMotion: null })
})

test('a workload shows what its pods use, with what they ask for; the pointer reads a moment of it', async () => {
  for (const path of ['/deployments/shop/web', '/statefulsets/shop/db', '/namespaces/shop', '/nodes/hollow-1']) {
    await to(page, path)
    const cpu = detail(page).getByRole('figure', { name: 'CPU' })
    await expect(cpu.getByRole('button', { name: /^Used \d+m/ })).toBeVisible()
    await expect(detail(page).getByRole('figure', { name: 'Memory' }).getByRole('button', { name: /^Used \d+.*Mi/ })).toBeVisible()
    await cpu.scrollIntoViewIfNeeded()
    await page.screenshot({ path: `test-results/usage-${path.split('/')[1]}.png` })
  }
  const cpu = detail(page).getByRole('figure', { name: 'CPU' })
  await cpu.locator('.u-over').hover()
  await expect(cpu.getByText(/^\d+:\d\d:\d\d/)).toBeVisible()
  const bound = cpu.getByRole('button', { name: /^Allocatable/ })
  // Far above what is used, it would flatten it: shown when it is asked for.
  await expect(bound).toHaveAttribute('aria-pressed', 'false')
  await bound.click()
  await expect(bound).toHaveAttribute('aria-pressed', 'true')
  await cpu.getByRole('button', { name: /^Used/ }).click()
  await expect(cpu.getByRole('button', { name: /^Used/ })).toHaveAttribute('aria-pressed', 'false')
})

test('a pod shows what it uses as a whole, and each of its containers with what that one asks for', async () => {
  test.setTimeout(240_000)
  const container = (name: string, request: string, limit: string): object => ({ name, image: 'pilothouse.dev/hello:1', resources: { requests: { cpu: request }, limits: { cpu: limit } } })
  expect(await api(page, { method: 'POST', path: '/api/v1/namespaces/shop/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pair' }, spec: { containers: [container('a', '30m', '60m'), container('b', '20m', '40m')] } } })).toMatchObject({ status: 201 })
  await to(page, '/pods/shop/pair')
  const cpu = detail(page).getByRole('figure', { name: 'CPU' })
  // It is measured every 15 s, and what it uses is known from the second time on.
  await expect(cpu.getByRole('button', { name: /^Used \d+m/ })).toBeVisible({ timeout: 90_000 })
  await expect(cpu.getByRole('button', { name: /^Requested 50m/ })).toBeVisible()
  await expect(cpu.getByRole('button', { name: /^Limit 100m/ })).toBeVisible()
  await detail(page).getByRole('combobox', { name: 'Container' }).click()
  await page.getByRole('option', { name: 'b', exact: true }).click()
  await expect(cpu.getByRole('button', { name: /^Requested 20m/ })).toBeVisible()
  await expect(cpu.getByRole('button', { name: /^Limit 40m/ })).toBeVisible()
  await cpu.scrollIntoViewIfNeeded()
  await page.screenshot({ path: 'test-results/usage-container.png' })
  await api(page, { method: 'DELETE', path: '/api/v1/namespaces/shop/pods/pair' })
})

test('nobody is shut out of the pages and dialogs of kinds', async () => {
  const found: string[] = []
  const look = async (where: string): Promise<void> => {
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    await atRest(page)
    found.push(...await violations(page, where))
  }
  for (const path of ['/statefulsets/shop/db', '/ingresses/shop/web', '/secrets/shop/login', '/certificatesigningrequests/robot', '/deployments/shop/web/yaml']) {
    await to(page, path)
    await expect(page.locator('main h1')).toBeVisible()
    await look(path)
  }
  await detail(page).getByRole('button', { name: 'Edit', exact: true }).click()
  await editor().click()
  await look('the editor')
  await detail(page).getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('dialog').getByText(/3 ReplicaSets|2 ReplicaSets/)).toBeVisible()
  await look('the deletion')
  await page.keyboard.press('Escape')
  expect(found).toEqual([])
})

test('deletes with what goes along, or leaves it', async () => {
  await to(page, '/deployments/shop/web')
  await detail(page).getByRole('button', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete: web' })
  await expect(dialog.getByText(/^2 Pods: web-/)).toBeVisible()
  await dialog.getByRole('combobox', { name: 'What belongs to it' }).click()
  await page.getByRole('option', { name: 'stays (orphan)' }).click()
  await expect(dialog.getByText('These stay, without an owner:')).toBeVisible()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByText('Deployment web is being deleted')).toBeVisible()
  await to(page, '/pods')
  await expect(row(page, /^web-/)).toHaveCount(2)
})
