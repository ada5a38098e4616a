/** The log page: querying, looking, comparing, taking along; on a store with two hours of a small shop's lines. No containers run. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { root } from '../integration/app.ts'
import { violations } from './axe.ts'
import { launch } from './desktop.ts'
import { writeLines } from './log-lines.ts'
import { api, sharedWindow, to } from './page.ts'

const LINES = 20_000
let page: Page
sharedWindow((opened) => { page = opened }, async () => {
  const home = join(mkdtempSync(join(tmpdir(), 'pilothouse-e2e-')), 'home')
  await writeLines(home, LINES)
  return launch({ home, args: ['--runtime', 'hollow', '--nodes', '2'] })
})

const field = (name = 'Query'): Locator => page.getByRole('combobox', { name, exact: true })
const log = (name = 'Log lines'): Locator => page.getByRole('log', { name, exact: true })
const rows = (): Locator => log().locator('.line')
const total = (): Locator => page.getByTestId('total')
const query = async (text: string): Promise<void> => {
  await field().fill(text)
  // Once for what is offered to be taken away, once for the query.
  await field().press('Enter')
  await field().press('Escape')
  await expect(log().or(page.getByText('No lines match'))).toBeVisible()
}
const shot = async (name: string): Promise<void> => { await page.screenshot({ path: join(root, 'test-results', `logs-${name}.png`), animations: 'disabled' }) }
/** Nobody is shut out in either theme. */
async function looked(where: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme)
    // What fades is judged when it is there; and only colours are another theme's.
    await page.evaluate(() => Promise.all(document.getAnimations().filter((a) => a.effect?.getComputedTiming().iterations !== Infinity).map((a) => a.finished.catch(() => undefined))))
    expect(await violations(page, `${where} ${colorScheme}`, { include: 'main', ...(colorScheme === 'dark' ? { only: ['color-contrast'] } : {}) })).toEqual([])
    await shot(`${where}-${colorScheme}`)
  }
}

test('opens at the newest lines of all containers, with their number over time', async () => {
  await to(page, '/logs')
  await expect(field()).toHaveValue('stream:stdout,stderr')
  await expect(total()).toHaveText('20,000 lines')
  // How many of them each source has.
  await expect(page.getByRole('checkbox', { name: 'shop', exact: true })).toHaveAttribute('aria-description', '20,000 lines of this query')
  await expect(page.getByText('1,000 lines loaded')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Live' })).toHaveAttribute('aria-pressed', 'true')
  await expect(rows().last()).toBeVisible()
  await looked('page')
})

test('a query is completed, says what is wrong where it stands, and marks what it finds', async () => {
  await field().fill('namespace:shop pod:')
  const offers = page.getByRole('listbox', { name: 'What can stand here' })
  await expect(offers.getByRole('option')).toHaveCount(5)
  await field().press('ArrowDown')
  await expect(offers.getByRole('option', { selected: true })).toHaveText('api-5f6d8c9b7-8mmld')
  await shot('completion')
  await field().press('Enter')
  await expect(field()).toHaveValue('namespace:shop pod:api-5f6d8c9b7-8mmld')
  await field().pressSequentially(' level:loud')
  await field().press('Escape')
  await field().press('Enter')
  await expect(page.getByRole('alert')).toHaveText('there is no level "loud": trace, debug, info, warn, error, fatal')
  await expect(field()).toHaveAttribute('aria-invalid', 'true')
  await shot('fault')
  await query('namespace:shop level>=warn timeout -"Read timed"')
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expect(total()).toHaveText(/^\d+ lines$/)
  await expect(log().locator('mark').first()).toHaveText('timeout')
  await expect(rows().filter({ hasNotText: 'timeout' })).toHaveCount(0)
  expect(page.url()).toContain('#/logs/namespace:shop+level~3E=warn+timeout+-~22Read+timed~22')
})

test('clicks write the query: sources, level, time; and a namespace that is chosen above', async () => {
  await query('')
  const sources = page.getByRole('complementary', { name: 'Sources' })
  await sources.getByRole('checkbox', { name: 'shop' }).check()
  await expect(field()).toHaveValue('namespace:shop')
  await sources.getByRole('checkbox', { name: 'Deployment/web' }).check()
  await sources.getByRole('checkbox', { name: 'Containers' }).check()
  await sources.getByRole('radio', { name: '≥ warn' }).click()
  await expect(field()).toHaveValue('namespace:shop workload:Deployment/web stream:stdout,stderr level>=warn')
  await sources.getByRole('checkbox', { name: 'Deployment/web' }).uncheck()
  await sources.getByRole('radio', { name: 'any' }).click()
  await page.getByRole('button', { name: 'Time: All time' }).click()
  await page.getByRole('menuitemradio', { name: 'Last hour' }).click()
  await expect(field()).toHaveValue('namespace:shop stream:stdout,stderr since:1h')
  await expect(total()).toHaveText(/^\d{1,2},\d{3} lines$/)

  const chart = page.getByRole('figure', { name: 'Lines over time' }).locator('.u-over')
  const box = await chart.boundingBox()
  if (!box) throw new Error('no chart')
  await page.mouse.move(box.x + box.width * 0.3, box.y + 20)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 4 })
  await shot('drag')
  await page.mouse.up()
  await expect(field()).toHaveValue(/^namespace:shop stream:stdout,stderr since:\d{4}-\d\d-\d\dT\S+ until:\d{4}-\d\d-\d\dT\S+$/)
  await expect(page.getByRole('button', { name: /^(Live|Follow)$/ })).toHaveCount(0)
  await page.mouse.click(box.x + box.width * 0.5, box.y + 30)
  await expect(page.getByRole('button', { name: /^Time: / })).toHaveText(/\d\d:\d\d:\d\d – /)
  await shot('range')
})

test('a line opens to its fields, which filter and become columns', async () => {
  await query('workload:Deployment/api "payment gateway timeout"')
  await rows().last().click()
  const detail = log().locator('.detail')
  await expect(detail.getByRole('group', { name: 'Fields' })).toContainText('http.status504')
  await detail.getByRole('button', { name: 'Column for http.status' }).click()
  await detail.getByRole('button', { name: 'Column for user' }).click()
  await expect(log().locator('.head')).toContainText('http.status')
  await expect(rows().first().locator('.cell').first()).toHaveText('504')
  await looked('open')
  await detail.getByRole('button', { name: /^Only lines with http.path/ }).click()
  await expect(field()).toHaveValue(/^workload:Deployment\/api "payment gateway timeout" json.http.path:"\//)
  for (const name of ['http.status', 'user']) await log().getByRole('button', { name: `Remove the column ${name}` }).click()
  await expect(log().locator('.head')).toHaveCount(0)
  await query('"has no owner"')
  await expect(rows().last().locator('.more')).toHaveText('+12')
  await rows().last().click()
  await expect(detail.locator('pre')).toContainText('at com.example.shop.Cart.step7(Cart.java:47)')
  await shot('trace')
})

test('shows a line among its neighbours, by a link that can be kept, and leads back', async () => {
  await query('workload:Deployment/api "payment gateway timeout"')
  await rows().nth(3).click()
  const current = log().locator('.line[data-current]')
  const time = await current.locator('time').textContent()
  await log().getByRole('button', { name: 'everything', exact: true }).click()
  await expect(field()).toHaveValue('')
  await expect(current).toContainText('payment gateway timeout')
  await expect(current.locator('time')).toHaveText(time ?? '')
  await expect(current).toBeInViewport()
  await expect(page.getByText('2,001 lines loaded')).toBeVisible()
  await shot('context')
  const link = page.url()
  expect(link).toMatch(/#\/logs\/line\/\d+$/)
  await page.getByRole('button', { name: 'Back to the results' }).click()
  await expect(field()).toHaveValue('workload:Deployment/api "payment gateway timeout"')
  await expect(current.locator('time')).toHaveText(time ?? '')
  await to(page, '/logs/line/999999999')
  await expect(page.getByText(/not found|not stored/i).first()).toBeVisible()
  await shot('gone')
  await page.goto(link)
  await expect(current.locator('time')).toHaveText(time ?? '')
  await expect(current).toBeInViewport()
})

test('is driven by the keyboard', async () => {
  await to(page, '/logs/namespace:shop')
  await expect(page.getByText('1,000 lines loaded')).toBeVisible()
  await page.keyboard.press('/')
  await expect(field()).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(log()).toBeFocused()
  await page.keyboard.press(' ')
  await expect(page.getByRole('button', { name: 'Follow' })).toBeVisible()
  await page.keyboard.press(' ')
  await expect(page.getByRole('button', { name: 'Live' })).toBeVisible()
  await page.keyboard.press('k')
  await page.keyboard.press('k')
  await page.keyboard.press('j')
  await expect(log().locator('.line[data-current]')).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(log().locator('.detail')).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(log().locator('.detail')).toHaveCount(0)
  await page.keyboard.press('g')
  await expect(page.getByText('Nothing older matches')).toBeInViewport()
  await page.keyboard.press('Shift+G')
  await expect(page.getByRole('button', { name: 'Live' })).toBeVisible()
  await expect(page.getByText('New lines appear here as they come')).toBeInViewport()
  await page.keyboard.press('w')
  await expect(log()).toHaveAttribute('data-wrap', 'true')
  await page.keyboard.press('w')
  await page.keyboard.press('n')
  const first = rows().first().locator('time')
  await expect.poll(async () => (await first.textContent() ?? '') > (await rows().nth(5).locator('time').textContent() ?? '')).toBe(true)
  await shot('newest-first')
  await page.keyboard.press('n')
  await page.keyboard.press('t')
  await expect(first).toHaveText(/Z$/)
  for (let i = 0; i < 3; i++) await page.keyboard.press('t')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toContainText('Pause or follow')
  await page.keyboard.press('Escape')
})

test('keeps queries, compares two streams side by side, and gives lines away', async () => {
  await to(page, '/logs')
  await query('namespace:shop level>=error')
  await page.getByRole('button', { name: 'Saved queries' }).click()
  const saved = page.getByRole('dialog', { name: 'Saved queries' })
  await saved.getByLabel('Keep this query as').fill('errors of the shop')
  await saved.getByRole('button', { name: 'Save' }).click()
  await expect(saved.getByRole('listitem')).toContainText('namespace:shop level>=error')
  await shot('saved')
  await saved.getByRole('button', { name: 'Close' }).click()
  await query('pod:db-0')
  await page.keyboard.press('p')
  await field('Second query').fill('workload:Deployment/worker')
  await field('Second query').press('Enter')
  await field('Second query').press('Escape')
  await expect(log('Log lines of the second query').locator('.source').first()).toContainText('worker')
  await expect(rows().first().locator('.source')).toHaveText('db-0')
  await looked('compare')
  await page.getByRole('button', { name: 'Close this stream' }).last().click()
  await page.getByRole('button', { name: 'Saved queries' }).click()
  await saved.getByRole('button', { name: /^errors of the shop/ }).click()
  await expect(field()).toHaveValue('namespace:shop level>=error')

  await expect(total()).toHaveText('102 lines')
  // A desktop window's downloads are its system's affair: what the page hands over is looked at.
  await page.evaluate(() => {
    HTMLAnchorElement.prototype.click = function click() { Object.assign(window, { given: { name: this.download } }) }
    const { createObjectURL } = URL
    URL.createObjectURL = (blob) => { Object.assign(window, { blob }); return createObjectURL(blob) }
  })
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: 'Download all that match as NDJSON' }).click()
  const given = await page.waitForFunction(() => (window as unknown as { given?: { name: string } }).given && (window as unknown as { blob: Blob }).blob.text().then((text) => ({ name: (window as unknown as { given: { name: string } }).given.name, text })))
  const { name, text } = await given.jsonValue() as { name: string; text: string }
  expect(name).toMatch(/^logs-.*\.ndjson$/)
  const lines = text.trim().split('\n').map((l) => JSON.parse(l) as { level: string; namespace: string })
  expect(lines).toHaveLength(102)
  expect(new Set(lines.map((l) => `${l.namespace} ${l.level}`))).toEqual(new Set(['shop error']))
})

test('follows what the cluster says, and puts off what comes while it is paused', async () => {
  const pod = (name: string): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name: 'c', image: 'pilothouse.dev/hello:1' }] } })
  const make = async (name: string): Promise<void> => { expect(await api(page, { method: 'POST', path: '/api/v1/namespaces/default/pods', body: pod(name) })).toMatchObject({ status: 201 }) }
  await to(page, '/logs/stream:event+Scheduled')
  await make('first')
  await expect(rows().filter({ hasText: 'Pod/first' })).toHaveCount(1)
  await page.getByRole('button', { name: 'Live' }).click()
  await make('second')
  await expect(page.getByRole('button', { name: '1 new line' })).toBeVisible()
  await expect(rows()).toHaveCount(1)
  await page.getByRole('button', { name: '1 new line' }).click()
  await expect(rows().filter({ hasText: 'Pod/second' })).toHaveCount(1)
  // Who asked for them stands in the audit log, which is kept here too.
  await query('stream:audit json.verb:create json.objectRef.resource:pods json.objectRef.name:second -json.objectRef.subresource:binding')
  await expect(rows()).toHaveCount(1)
  await rows().first().click()
  await expect(log().getByRole('group', { name: 'Fields' })).toContainText('pilothouse-dashboard')
  await shot('audit')
  await query('nothing has ever said this')
  await expect(page.getByText('Nothing that was written matches this query.')).toBeVisible()
  await shot('empty')
})
