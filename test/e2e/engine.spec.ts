/** What a user does with containers and images in the dashboard, on a real engine and against a real registry. */
import { get } from 'node:http'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import Docker from 'dockerode'
import { startLimitedDoor, startRegistry, USER, type Registry } from '../integration/registry.ts'
import { type Desktop, launch } from './desktop.ts'
import { api, detail, row, to, whenEmpty } from './page.ts'

test.describe.configure({ mode: 'serial' })
let desktop: Desktop
let page: Page
let registry: Registry
let folder: string
let tag: string
let faults: string[]
test.beforeAll(async () => {
  ;[desktop, registry] = await Promise.all([launch(), startRegistry(true)])
  page = desktop.page
  folder = mkdtempSync(join(tmpdir(), 'pilothouse-build-'))
  tag = `${registry.host}/e2e:${process.pid}`
  faults = await whenEmpty(page)
  // Measured while the other tests run: it asks the cluster's DNS, and writes to the disk.
  const work = 'while true; do for f in /data/f /f; do dd if=/dev/zero of=$f bs=65536 count=16 conv=fsync; done; nslookup kubernetes.default.svc.cluster.local; sleep 1; done > /dev/null 2>&1'
  const spec = { terminationGracePeriodSeconds: 0, volumes: [{ name: 'data', emptyDir: {} }], containers: [{ name: 'c', image: 'busybox:local', command: ['sh', '-c', work], volumeMounts: [{ name: 'data', mountPath: '/data' }] }] }
  expect(await api(page, { method: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'busy' }, spec } })).toMatchObject({ status: 201 })
})
test.afterEach(() => { expect(faults).toEqual([]) })
test.afterAll(async () => {
  try {
    await new Docker().getImage(tag).remove({ force: true }).catch((e: { statusCode?: number }) => { if (e.statusCode !== 404) throw e })
    await registry?.stop()
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await desktop?.dispose()
  }
})

const dock = () => page.getByRole('region', { name: 'Dock' })
/** What the terminal's screen says, as those hear it who do not see it. */
const said = (text: string | RegExp) => dock().getByText(text).first()
async function type(line: string): Promise<void> {
  await dock().locator('[data-terminal]:visible').click()
  await page.keyboard.type(line)
  await page.keyboard.press('Enter')
}

test('a terminal in a container: a command\'s answer, its size, its end with the exit code, and a new one', async () => {
  const spec = { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: 'busybox:local', stdin: true, tty: true, command: ['sh', '-c', 'while read -r line; do echo "heard $line"; done'] }] }
  expect(await api(page, { method: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'box' }, spec } })).toMatchObject({ status: 201 })
  await to(page, '/pods/default/box')
  await expect(row(page, /^box .*Running/)).toBeVisible()
  await page.keyboard.press('s')
  await type('echo $((6 * 7)) in $HOSTNAME')
  await expect(said('42 in box')).toBeVisible()
  await type('stty size')
  await expect(said(/^\d+ \d\d+$/)).toBeVisible()
  await type('exit 3')
  await expect(said(/ended with exit code 3\. Enter begins a new one/)).toBeVisible()
  await page.keyboard.press('Enter')
  await type('echo again $((7 * 8))')
  await expect(said('again 56')).toBeVisible()
  await dock().getByRole('button', { name: 'End this terminal' }).click()
  await expect(dock()).toHaveCount(0)
})

test('attaching reaches the container\'s own process, and lets go of it again', async () => {
  await detail(page).getByRole('button', { name: 'Attach' }).click()
  await expect(dock().getByText('Attached to the container’s own process: what you type goes there.')).toBeVisible()
  await type('hello from outside')
  await expect(said('heard hello from outside')).toBeVisible()
  await dock().getByRole('button', { name: 'End this terminal' }).click()
  await detail(page).getByRole('tab', { name: 'Logs' }).click()
  await expect(detail(page).getByText('heard hello from outside').first()).toBeVisible()
  await expect(row(page, /^box .*Running/)).toBeVisible()
})

test('a terminal that cannot be had says why', async () => {
  expect(await api(page, { method: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bare' }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: 'busybox:local', command: ['sleep', '3600'] }] } } })).toMatchObject({ status: 201 })
  await to(page, '/pods/default/bare')
  await expect(row(page, /^bare .*Running/)).toBeVisible()
  await page.keyboard.press('s')
  await dock().getByRole('combobox', { name: /Shell/ }).click()
  await page.getByRole('option', { name: 'zsh' }).click()
  await expect(said(/zsh.*(not found|no such file)/i)).toBeVisible()
  await expect(said(/Enter begins a new one/)).toBeVisible()
  await dock().getByRole('button', { name: 'End this terminal' }).click()
})

const dockerfile = (text: string): void => writeFileSync(join(folder, 'Dockerfile'), text)
test('an image is built from a folder that the system\'s dialog names; a build that fails says why', async () => {
  await to(page, '/images')
  await desktop.app.evaluate(({ dialog }, path) => { dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] }) }, folder)
  writeFileSync(join(folder, 'said'), 'of the folder')
  dockerfile('FROM busybox:local\nRUN echo before the fault; exit 4\n')
  await page.getByRole('button', { name: 'Build image' }).click()
  const dialog = page.getByRole('dialog', { name: 'Build image' })
  await expect(dialog.getByRole('button', { name: 'Build image' })).toBeDisabled()
  await dialog.getByRole('button', { name: 'Choose…' }).click()
  await expect(dialog.getByLabel('Folder')).toHaveValue(folder)
  await dialog.getByLabel('Name of the image').fill(tag)
  await dialog.getByRole('button', { name: 'Build image' }).click()
  await expect(dialog.getByRole('alert')).toContainText('returned a non-zero code: 4')
  await expect(dialog.getByRole('log')).toContainText('before the fault')
  dockerfile('FROM busybox:local\nCOPY said /said\nCMD ["cat", "/said"]\n')
  await dialog.getByRole('button', { name: 'Build image' }).click()
  await expect(dialog.getByRole('alert')).toContainText(`${tag} is done.`)
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('textbox', { name: 'Filter' }).fill('e2e')
  await expect(row(page, tag)).toBeVisible()
})

const menu = async (entry: string): Promise<void> => {
  await page.getByRole('button', { name: `Actions ${tag}` }).click()
  await page.getByRole('menuitem', { name: entry }).click()
}
async function asUser(dialog: ReturnType<Page['getByRole']>, password: string): Promise<void> {
  if (await dialog.getByLabel('Password').count() === 0) {
    await dialog.getByRole('combobox', { name: 'Who asks the registry' }).click()
    await page.getByRole('option', { name: 'A name and a password' }).click()
  }
  await dialog.getByLabel('User name').fill(USER.username)
  await dialog.getByLabel('Password').fill(password)
}
test('it is pushed to a registry that asks who comes, removed, and pulled again', async () => {
  await menu('Push image')
  const push = page.getByRole('dialog', { name: `Push image: ${tag}` })
  await push.getByRole('button', { name: 'Push image' }).click()
  await expect(push.getByRole('alert')).toContainText('failed to push image')
  await asUser(push, USER.password)
  await push.getByRole('button', { name: 'Push image' }).click()
  await expect(push.getByRole('alert')).toContainText(/is done\.sha256:[0-9a-f]{64}/)
  await push.getByRole('button', { name: 'Close' }).click()

  await menu('Remove image')
  await page.getByRole('dialog', { name: `Remove image: ${tag}` }).getByRole('button', { name: 'Remove image' }).click()
  await expect(page.getByText(`${tag} is removed`)).toBeVisible()
  await expect(row(page, tag)).toHaveCount(0)

  await page.getByRole('button', { name: 'Pull image' }).first().click()
  const pull = page.getByRole('dialog', { name: 'Pull image' })
  await pull.getByLabel('Image').fill(tag)
  await asUser(pull, 'wrong')
  await pull.getByRole('button', { name: 'Pull image' }).click()
  await expect(pull.getByRole('alert')).toContainText('failed to pull image')
  await asUser(pull, USER.password)
  await pull.getByRole('button', { name: 'Pull image' }).click()
  await expect(pull.getByRole('alert')).toContainText(`${tag} is done.`)
  await pull.getByRole('button', { name: 'Close' }).click()
  await expect(row(page, tag)).toBeVisible()
})

test('a pull says how far it is: in the pod\'s detail, and on the way to it in the list', async () => {
  const engine = new Docker()
  const image = await registry.push(engine, 'busybox:local', `slow:${process.pid}`)
  // Comes to a standstill in the middle of the image.
  const door = await startLimitedDoor(registry.host, 2 << 20, { silent: true })
  try {
    const auths = { [door.host]: { auth: Buffer.from(`${USER.username}:${USER.password}`).toString('base64') } }
    const at = '/api/v1/namespaces/default'
    expect(await api(page, { method: 'POST', path: `${at}/secrets`, body: { metadata: { name: 'slow' }, type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') } } })).toMatchObject({ status: 201 })
    expect(await api(page, { method: 'POST', path: `${at}/pods`, body: { metadata: { name: 'slow' }, spec: { terminationGracePeriodSeconds: 0, imagePullSecrets: [{ name: 'slow' }], containers: [{ name: 'c', image: image.replace(registry.host, door.host), imagePullPolicy: 'Always' }] } } })).toMatchObject({ status: 201 })
    await to(page, '/pods/default/slow')
    await expect(row(page, /^slow .*ContainerCreating/)).toBeVisible()
    await expect(detail(page).getByText(/^Pulling image ".*slow:\d+": \d+% of \d+\.\d MB$/)).toBeVisible()
    await detail(page).getByRole('tab', { name: 'Events' }).click()
    await expect(detail(page).getByText(/^Pulling image ".*slow:\d+"$/)).toBeVisible()
    expect(await api(page, { method: 'DELETE', path: `${at}/pods/slow` })).toMatchObject({ status: 200 })
    await expect(row(page, /^slow /)).toHaveCount(0)
  } finally {
    await door.stop()
  }
})

const chart = (name: string): Locator => detail(page).getByRole('figure', { name })
const BUSY = '/api/v1/namespaces/default/pods/busy'
test('what a pod\'s containers send, receive and write is drawn', async () => {
  await to(page, '/pods/default/busy')
  await expect(row(page, /^busy .*Running/)).toBeVisible()
  // Measured every 15 s; rates are known from the second time on.
  for (const line of [/^Received [1-9].*\/s$/, /^Sent [1-9].*\/s$/]) await expect(chart('Network').getByRole('button', { name: line })).toBeVisible({ timeout: 90_000 })
  await expect(chart('Disk').getByRole('button', { name: /^Written [1-9].*\/s$/ })).toBeVisible({ timeout: 90_000 })
  for (const name of ['Network', 'Disk']) await expect(chart(name).locator('canvas')).toBeVisible()
  // Nothing has been restarted; the next tests take as long as it takes until that is measured.
  await expect(chart('Restarts')).toHaveCount(0)
  const { body } = await api<{ status: { containerStatuses: { containerID: string }[] } }>(page, { method: 'GET', path: BUSY })
  await new Docker().getContainer((body.status.containerStatuses[0]?.containerID ?? '').replace(/^docker:\/\//, '')).kill()
})

/** What the system would be asked to open. */
const opened = async (link: Locator): Promise<string> => {
  await desktop.app.evaluate(({ shell }) => {
    delete (globalThis as { opened?: string }).opened
    shell.openExternal = async (url) => { (globalThis as { opened?: string }).opened = url }
  })
  await link.focus()
  await page.keyboard.press('Enter')
  const url = () => desktop.app.evaluate(() => (globalThis as { opened?: string }).opened)
  await expect.poll(url).toBeTruthy()
  return (await url())!
}

test('a service and an ingress show who serves them, and open in the browser', async () => {
  const body = (kind: string, apiVersion: string, name: string, spec: object, labels = {}) => ({ apiVersion, kind, metadata: { name, labels }, spec })
  const make = async (path: string, object: object): Promise<void> => { expect(await api(page, { method: 'POST', path, body: object })).toMatchObject({ status: 201 }) }
  await make('/api/v1/namespaces/default/pods', body('Pod', 'v1', 'served', { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: 'pilothouse.dev/hello:1', ports: [{ containerPort: 80 }] }] }, { app: 'served' }))
  await make('/api/v1/namespaces/default/services', body('Service', 'v1', 'served', { type: 'NodePort', selector: { app: 'served' }, ports: [{ port: 80 }] }))
  await make('/apis/networking.k8s.io/v1/namespaces/default/ingresses', body('Ingress', 'networking.k8s.io/v1', 'served', { rules: [{ host: `e2e-${process.pid}.localhost`, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'served', port: { number: 80 } } } }] } }] }))
  await to(page, '/services/default/served')
  await expect(detail(page).getByText('Who serves: 1 of 1 ready')).toBeVisible()
  await expect(detail(page).getByRole('link', { name: 'served' })).toBeVisible()
  const port = await opened(detail(page).getByRole('link', { name: /^http:\/\/localhost:/ }))
  await expect.poll(() => fetch(port).then((r) => r.text(), (e: Error) => e.message)).toContain('<code>served</code>')
  await to(page, '/ingresses/default/served')
  await expect(detail(page).getByText('1 of 1 ready')).toBeVisible()
  const door = new URL(await opened(detail(page).getByRole('link', { name: /^http:\/\/e2e-/ })))
  // Browsers take every name below localhost for this machine; who asks here may not.
  const answer = () => new Promise<string>((resolve, reject) => {
    get({ host: '127.0.0.1', port: Number(door.port || 80), path: '/', headers: { host: door.host } }, (r) => r.setEncoding('utf8').on('data', resolve)).on('error', reject)
  })
  await expect.poll(() => answer().catch((e: Error) => e.message)).toContain('<code>served</code>')
  await detail(page).getByRole('link', { name: 'served:80' }).click()
  await expect(detail(page).getByText('Who serves: 1 of 1 ready')).toBeVisible()
})

test('a forwarded port opens in the browser and leads into the pod', async () => {
  expect(await api(page, { method: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'hello' }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: 'pilothouse.dev/hello:1', ports: [{ containerPort: 80 }] }] } } })).toMatchObject({ status: 201 })
  await to(page, '/pods/default/hello')
  await expect(row(page, /^hello .*Running/)).toBeVisible()
  await detail(page).getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Forward a port' }).click()
  await page.getByRole('dialog', { name: 'Forward a port: hello' }).getByRole('button', { name: 'Forward' }).click()
  await page.getByRole('button', { name: '1 port' }).click()
  const list = page.getByRole('presentation').filter({ hasText: 'Forwarded ports' })
  const link = list.getByRole('link', { name: /^http:\/\/127\.0\.0\.1:/ })
  const href = await link.getAttribute('href') ?? ''
  // A container that runs does not yet listen.
  await expect.poll(() => fetch(href).then((r) => r.text(), (e: Error) => e.message)).toContain('hello')
  expect(await opened(link)).toBe(new URL(href).href)
  await list.getByRole('button', { name: /^Stop/ }).click()
  await expect(page.getByRole('button', { name: '1 port' })).toHaveCount(0)
  await page.keyboard.press('Escape')
})

test('a restart is drawn', async () => {
  await to(page, '/pods/default/busy')
  await expect(chart('Restarts').getByRole('button', { name: /^Restarts/ })).toBeVisible({ timeout: 120_000 })
  await chart('Restarts').scrollIntoViewIfNeeded()
  await page.screenshot({ path: 'test-results/usage-restarts.png' })
  await api(page, { method: 'DELETE', path: BUSY })
})
