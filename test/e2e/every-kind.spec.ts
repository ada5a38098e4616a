/** What objects were (seen, compared, brought back), what a request sent and was answered, and every page of the rail with something on it: the list, and the detail with all its tabs. No containers run. */
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'
import { violations } from './axe.ts'
import { launch } from './desktop.ts'
import { oneOfEach } from './one-of-each.ts'
import { api, detail, row, sharedWindow, to } from './page.ts'

/** Of config maps everything is written down, of Secrets who and when, of all else nothing. */
const AUDIT_POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- {level: RequestResponse, verbs: [create, patch], resources: [{group: "", resources: [configmaps]}], namespaces: [default]}
- {level: Metadata, verbs: [create], resources: [{group: "", resources: [secrets]}]}
- {level: None}
`
let page: Page
sharedWindow((opened) => { page = opened }, () => {
  const home = join(mkdtempSync(join(tmpdir(), 'pilothouse-e2e-')), 'home')
  mkdirSync(home, { mode: 0o700 })
  writeFileSync(join(home, 'audit-policy.yaml'), AUDIT_POLICY)
  return launch({ home, args: ['--runtime', 'hollow', '--nodes', '2'] })
})

test('an object shows what it has been, what differed, and goes back; a deleted one comes back', async () => {
  const path = '/api/v1/namespaces/default/configmaps'
  const color = (to_: string): Promise<unknown> => api(page, { method: 'PATCH', path: `${path}/palette`, contentType: 'application/merge-patch+json', body: { data: { color: to_ } } })
  await api(page, { method: 'POST', path, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'palette' }, data: { color: 'red' } } })
  await color('blue')
  await to(page, '/configmaps/default/palette/history')
  const revisions = page.getByRole('listbox', { name: 'Revisions' }).getByRole('option')
  await expect(revisions).toHaveCount(2)
  await expect(revisions.first()).toContainText('data.color')
  await expect(page.getByRole('textbox', { name: 'What changes' })).toContainText('color: blue')
  const restore = page.getByRole('button', { name: 'Restore this revision…' })
  await expect(restore).toBeDisabled()
  await color('green')
  await page.getByRole('button', { name: 'It has changed since: look again' }).click()
  await expect(revisions).toHaveCount(3)
  await revisions.last().focus()
  await page.keyboard.press('Enter')
  await expect(revisions.last()).toHaveAttribute('aria-selected', 'true')
  await page.getByRole('button', { name: 'With now' }).click()
  await expect(page.getByRole('textbox', { name: 'What changes' })).toContainText('color: green')
  await page.screenshot({ path: 'test-results/history.png' })
  expect(await violations(page, 'history')).toEqual([])
  await restore.click()
  const dialog = page.getByRole('dialog', { name: /Restore palette as of revision/ })
  await expect(dialog.getByRole('textbox')).toContainText('color: red')
  await page.screenshot({ path: 'test-results/history-restore.png' })
  await dialog.getByRole('button', { name: 'Restore' }).click()
  await expect(revisions).toHaveCount(4)
  expect(await api(page, { method: 'GET', path: `${path}/palette` })).toMatchObject({ body: { data: { color: 'red' } } })
  await api(page, { method: 'DELETE', path: `${path}/palette` })
  await detail(page).getByRole('button', { name: 'Look at its history' }).click()
  await expect(revisions).toHaveCount(5)
  await revisions.nth(1).click()
  await restore.click()
  await dialog.getByRole('button', { name: 'Restore' }).click()
  await expect.poll(async () => (await api<{ data?: object }>(page, { method: 'GET', path: `${path}/palette` })).body.data).toEqual({ color: 'red' })
  await to(page, '/settings')
  const hours = page.getByRole('textbox', { name: 'Hours' })
  await hours.fill('0')
  await expect(hours).toHaveAttribute('aria-invalid', 'true')
  await hours.fill('48')
  await page.keyboard.press('Enter')
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'Hours' })).toHaveValue('48')
})

test('a request of the audit log shows what was sent and what was answered, where the policy has it written down', async () => {
  const path = '/api/v1/namespaces/default'
  const create = (resource: string, object: object) => api(page, { method: 'POST', path: `${path}/${resource}`, body: { apiVersion: 'v1', ...object } })
  await create('configmaps', { kind: 'ConfigMap', metadata: { name: 'sent' }, data: { color: 'red', lines: 'one\ntwo' } })
  await create('secrets', { kind: 'Secret', metadata: { name: 'sealed' }, stringData: { password: 'geheim' } })
  await api(page, { method: 'PATCH', path: `${path}/configmaps/sent`, contentType: 'application/json-patch+json', body: [{ op: 'replace', path: '/data/color', value: 'blue' }] })
  await api(page, { method: 'PATCH', path: `${path}/configmaps/nobody`, contentType: 'application/merge-patch+json', body: { data: { a: 'b' } } })
  await to(page, '/audit')
  const section = (name: string) => detail(page).locator('section').filter({ has: page.getByRole('heading', { name, exact: true }) })
  const open = async (name: RegExp): Promise<void> => {
    await row(page, name).click({ position: { x: 20, y: 10 } })
    await expect(detail(page).getByRole('heading', { name: /^(create|patch) / })).toBeVisible()
  }
  // Beside the detail the list has no room for the kind.
  await open(/ create (configmaps )?sent .*201/)
  await expect(section('What was sent')).toContainText('color: red')
  await expect(section('What was sent')).not.toContainText('uid:')
  await expect(section('What was answered')).toContainText('color: red')
  await expect(section('What was answered')).toContainText(/uid: [0-9a-f-]{36}/)
  await section('What was answered').scrollIntoViewIfNeeded()
  await page.screenshot({ path: 'test-results/audit-objects.png' })
  expect(await violations(page, 'audit objects')).toEqual([])
  // Another request in the same place: nothing of the one before stays.
  await open(/ patch sent .*200/)
  await expect(section('What was sent')).toContainText('value: blue')
  await expect(section('What was answered')).toContainText('color: blue')
  await expect(detail(page)).not.toContainText('color: red')
  await open(/ patch nobody .*404/)
  await expect(section('What was sent')).toContainText('a: b')
  await expect(section('What was answered')).toContainText('reason: NotFound')
  await open(/ create sealed .*201/)
  await expect(detail(page).getByText('Who and when')).toBeVisible()
  await expect(section('What was sent')).toHaveCount(0)
  await expect(detail(page)).not.toContainText('geheim')
  await page.keyboard.press('Escape')
})

/** Pages that list no objects of a kind. */
const OTHERS = ['/overview', '/architecture', '/logs', '/events', '/alerts', '/audit', '/images', '/settings']

/** What the chosen tab shows when nothing of it loads any more. Looked up in the page, all at once: there are some two hundred tabs. */
const shows = (): string | undefined => {
  if (document.body.textContent?.includes('This page failed')) return 'a failure'
  const panel = document.querySelector('#tab-panel')
  return panel?.textContent && !panel.querySelector('[role=status][aria-label=Loading]') ? 'something' : undefined
}

test('each kind has its list, and each object its detail, with events, its past and YAML', async () => {
  test.setTimeout(300_000)
  const keys = (await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])) as never as CryptoKeyPair
  const signed = await Pkcs10CertificateRequestGenerator.create({ name: 'CN=robot', keys, signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' } })
  for (const call of oneOfEach(Buffer.from(signed.toString('pem')).toString('base64'))) {
    const { status, body } = await api<{ message?: string }>(page, call)
    expect([call.path, status, body.message]).toEqual([call.path, 201, undefined])
  }
  const ship = { method: 'POST', path: '/apis/each.example.com/v1/namespaces/each/ships', body: { apiVersion: 'each.example.com/v1', kind: 'Ship', metadata: { name: 'aurora' }, spec: { harbour: 'Busan' } } } as const
  await expect.poll(async () => (await api(page, ship)).status).toBe(201)

  const rail = page.getByRole('navigation', { name: 'Pages' })
  for (const group of ['Access', 'Custom resources']) await rail.getByRole('button', { name: group }).click()
  await expect(rail.getByRole('link', { name: /^Ship/ })).toBeVisible()
  const paths = (await rail.getByRole('link').evaluateAll((all) => all.map((a) => (a.getAttribute('href') ?? '').replace(/^.*#/, '')))).filter((path) => !OTHERS.includes(path))
  expect(paths.length).toBeGreaterThan(40)
  for (const path of paths) {
    await to(page, path)
    await expect(rail.locator('[aria-current=page]')).toHaveAttribute('href', new RegExp(`#${path}$`))
    // Where no link is.
    await page.locator('main').getByRole('gridcell').first().click({ position: { x: 4, y: 4 } })
    await expect(page).toHaveURL(new RegExp(`#${path}/.`))
    const panel = detail(page).getByRole('tabpanel')
    await expect(detail(page).getByRole('tab', { name: 'YAML' })).toBeVisible()
    const tabs = await detail(page).getByRole('tab').allTextContents()
    const names = tabs.map((t) => t.replace(/ .*/, ''))
    expect([path, names]).toEqual([path, expect.arrayContaining(['Details', 'Events', 'History', 'YAML'])])
    for (const name of names) {
      // By its name: one for logs comes once there are pods.
      const tab = detail(page).getByRole('tab', { name: new RegExp(`^${name}( |$)`) })
      await tab.click()
      await expect(tab).toHaveAttribute('aria-selected', 'true')
      const shown = await page.waitForFunction(shows)
      expect([path, name, await shown.jsonValue()]).toEqual([path, name, 'something'])
      if (name === 'YAML') await expect(panel.getByText(/^apiVersion: /).first()).toBeVisible()
    }
    await page.keyboard.press('Escape')
  }
})
