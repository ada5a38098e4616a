/** A user's first quarter of an hour, in the desktop app, on a real engine. */
import { expect, test, type Page } from '@playwright/test'
import { join } from 'node:path'
import { root } from '../integration/app.ts'
import type { KubeList } from '../../shared/api/meta.ts'
import type { Pod } from '../../shared/api/types.ts'
import { type Desktop, launch } from './desktop.ts'
import { api } from './page.ts'

test.describe.configure({ mode: 'serial' })
let desktop: Desktop
let page: Page
test.beforeAll(async () => {
  desktop = await launch()
  page = desktop.page
  await page.setViewportSize({ width: 1440, height: 900 })
})
test.afterAll(async () => { await desktop?.dispose() })

const open = (name: string) => page.getByRole('navigation').getByRole('link', { name, exact: false }).first().click()
const podRows = () => page.getByRole('row', { name: /^web-/ })

test('the window shows the cluster as it becomes ready', async () => {
  await expect(page).toHaveTitle(/Pilothouse/)
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await expect(page.getByText('Your cluster is ready and empty')).toBeVisible()
})

test('deploys the sample image through the form, and its pods become Running', async () => {
  await page.getByRole('button', { name: 'Deploy' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Deploy an image' })
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('web')
  await dialog.getByLabel(/^Image/).fill('pilothouse.dev/hello:1')
  await expect(dialog.getByText('On the engine already: starts at once')).toBeVisible()
  await dialog.getByLabel('Replicas').fill('3')
  await dialog.getByRole('button', { name: 'Add variable' }).click()
  await dialog.getByLabel('Variable 1 name').fill('GREETING')
  await dialog.getByLabel('Variable 1 value').fill('good morning')
  await dialog.getByRole('button', { name: 'Deploy' }).click()
  await expect(page.getByText('Deployment web created')).toBeVisible()
  await open('Pods')
  await expect(podRows()).toHaveCount(3)
  for (const row of await podRows().all()) await expect(row).toContainText('Running')
  const { body } = await api<KubeList<Pod>>(page, { method: 'GET', path: '/api/v1/namespaces/default/pods' })
  expect(body.items.map((p) => p.spec?.containers[0]?.env)).toEqual(Array.from({ length: 3 }, () => [{ name: 'GREETING', value: 'good morning' }]))
})

test('the form says what is wrong before anything is sent, and the API\'s sentence when it refuses', async () => {
  await page.getByRole('button', { name: 'Deploy' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Deploy an image' })
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Bad_Name')
  await dialog.getByLabel(/^Image/).fill('pilothouse.dev/hello:1')
  await dialog.getByRole('button', { name: 'Deploy' }).click()
  await expect(dialog.getByText(/Lower case letters, digits or -/)).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('web')
  await dialog.getByRole('button', { name: 'Deploy' }).click()
  await expect(dialog.getByText(/deployments\.apps "web" already exists/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(dialog).toBeHidden()
})

test('a pod\'s detail shows its container, its events and its log', async () => {
  await podRows().first().click()
  const detail = page.getByRole('complementary').or(page.getByRole('region', { name: /web-/ })).first()
  await expect(detail.getByText('pilothouse.dev/hello:1').first()).toBeVisible()
  await detail.getByRole('tab', { name: 'Events' }).click()
  await expect(detail.getByText(/Successfully assigned/)).toBeVisible()
  await detail.getByRole('tab', { name: 'Logs' }).click()
  await expect(detail.getByText(/listens on port/).first()).toBeVisible()
  await detail.getByRole('tab', { name: 'YAML' }).click()
  await expect(detail.getByText('kind: Pod')).toBeVisible()
  await page.keyboard.press('Escape')
})

test('the logs of all its pods are merged, live, and can be searched', async () => {
  await open('Logs')
  const lines = page.getByRole('log', { name: 'Log lines' })
  await expect(lines.getByText(/listens on port/)).toHaveCount(3)
  await page.getByRole('checkbox', { name: 'Deployment/web' }).check()
  await page.getByRole('combobox', { name: 'Query' }).press('End')
  await page.getByRole('combobox', { name: 'Query' }).pressSequentially(' "listens on"')
  await expect(lines.locator('mark')).toHaveText(['listens on', 'listens on', 'listens on'])
  await expect(page.getByTestId('total')).toHaveText('3 lines')
})

test('scales, and the picture in the README is taken', async () => {
  await open('Deployments')
  await page.getByRole('row', { name: /^web/ }).click()
  await page.getByRole('button', { name: 'Scale' }).click()
  const dialog = page.getByRole('dialog', { name: /Scale/ })
  await dialog.getByLabel('Replicas').fill('5')
  await dialog.getByRole('button', { name: 'Scale' }).click()
  await expect(page.getByText('web scaled from 3 to 5')).toBeVisible()
  await open('Pods')
  await expect(podRows()).toHaveCount(5)
  for (const row of await podRows().all()) await expect(row).toContainText('Running')
  await podRows().first().click()
  await page.getByRole('button', { name: 'Logs in the dock' }).click()
  await expect(page.getByText(/listens on port/).last()).toBeVisible()
  await page.mouse.move(0, 0)
  await page.screenshot({ path: join(root, 'test-results', 'pods.png') })
  await page.getByRole('button', { name: 'Close this log' }).click()
  await page.keyboard.press('Escape')
  await open('Overview')
  await expect(page.getByText('Recent events')).toBeVisible()
  await page.screenshot({ path: join(root, 'test-results', 'overview.png') })
})

test('the images of the engine say who uses them', async () => {
  await open('Images')
  await expect(page.getByRole('row', { name: /^pilothouse\.dev\/hello:1 .*web-/ })).toBeVisible()
  await page.getByRole('button', { name: 'Actions pilothouse.dev/hello:1' }).click()
  await page.getByRole('menuitem', { name: 'Remove image' }).click()
  const dialog = page.getByRole('dialog', { name: 'Remove image: pilothouse.dev/hello:1' })
  await expect(dialog.getByText(/pods use it/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Remove image' }).click()
  await expect(dialog.getByRole('alert')).toBeVisible()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Pull image' }).click()
  const pull = page.getByRole('dialog', { name: 'Pull image' })
  await pull.getByLabel('Image').fill('localhost:1/nothing:1')
  await pull.getByRole('button', { name: 'Pull image' }).click()
  await expect(pull.getByRole('alert')).toContainText('localhost:1')
  await pull.getByRole('button', { name: 'Cancel' }).click()
})

test('speaks Korean, and wears the dark theme, from one setting each', async () => {
  await open('Settings')
  await page.getByRole('combobox', { name: 'Language' }).click()
  await page.getByRole('option', { name: '한국어' }).click()
  await expect(page.getByRole('heading', { name: '설정' })).toBeVisible()
  await page.getByRole('combobox', { name: '언어' }).click()
  await page.getByRole('option', { name: 'English' }).click()
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible()
  await page.getByRole('combobox', { name: 'Theme' }).click()
  await page.getByRole('option', { name: 'Dark' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.getByRole('combobox', { name: 'Theme' }).click()
  await page.getByRole('option', { name: 'Light' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
})

test('deletes the deployment with what goes along', async () => {
  await open('Deployments')
  await page.getByRole('row', { name: /^web/ }).click()
  await page.getByRole('button', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog', { name: /Delete/ })
  await expect(dialog.getByText('5 pods')).toBeVisible()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await open('Pods')
  await expect(podRows()).toHaveCount(0)
})
