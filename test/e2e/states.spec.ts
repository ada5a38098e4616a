/** The dashboard when things go wrong or are only just opened: every dialog, the keyboard's way through, a lost connection. No containers run. */
import { expect, test, type Page } from '@playwright/test'
import { bulkIndex, httpReceiver } from '../../electron/logging/ship/receivers.ts'
import { violations } from './axe.ts'
import { api, atRest, detail, row, sharedWindow, to } from './page.ts'

let page: Page
sharedWindow((opened) => { page = opened })

const template = (app: string, more: object = {}): object => ({ metadata: { labels: { app } }, spec: { containers: [{ name: 'c', image: 'pilothouse.dev/hello:1', ...more }] } })
const post = async (path: string, body: object): Promise<void> => { expect(await api(page, { method: 'POST', path, body })).toMatchObject({ status: 201 }) }
const apps = '/apis/apps/v1/namespaces/default'

test('pods that a quota refuses and pods that no node takes need a look, each with its reason and a link', async () => {
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'tight' }, spec: { hard: { pods: '3' } } }
  await post('/api/v1/namespaces/default/resourcequotas', quota)
  await expect.poll(async () => (await api<{ status?: { hard?: object } }>(page, { method: 'GET', path: '/api/v1/namespaces/default/resourcequotas/tight' })).body.status?.hard).toEqual({ pods: '3' })
  await post(`${apps}/deployments`, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: template('web') } })
  await to(page, '/pods')
  await expect(row(page, /^web-.*Running/)).toHaveCount(2)
  await post('/api/v1/namespaces/default/pods', { ...template('giant', { resources: { requests: { cpu: '1000' } } }), apiVersion: 'v1', kind: 'Pod', metadata: { name: 'giant' } })
  await expect(row(page, /^giant/)).toBeVisible()
  await post(`${apps}/deployments`, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'late' }, spec: { replicas: 1, selector: { matchLabels: { app: 'late' } }, template: template('late') } })
  await post(`${apps}/statefulsets`, { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' }, spec: { serviceName: 'db', replicas: 1, selector: { matchLabels: { app: 'db' } }, template: template('db') } })
  await to(page, '/overview')
  const troubles = page.getByRole('region', { name: 'What needs a look' }).getByRole('listitem')
  for (const link of ['Deployment late', 'StatefulSet db']) await expect(troubles.filter({ has: page.getByRole('link', { name: link, exact: true }) })).toContainText(/FailedCreate.*exceeded quota: tight/)
  // Only after a while, here as if it had passed: a pod that has only just come may still be given room.
  await expect.poll(async () => (await api<{ status?: { conditions?: object[] } }>(page, { method: 'GET', path: '/api/v1/namespaces/default/pods/giant' })).body.status?.conditions?.length).toBe(1)
  const conditions = [{ type: 'PodScheduled', lastTransitionTime: '2026-01-01T00:00:00Z' }]
  expect(await api(page, { method: 'PATCH', path: '/api/v1/namespaces/default/pods/giant/status', contentType: 'application/strategic-merge-patch+json', body: { status: { conditions } } })).toMatchObject({ status: 200 })
  const giant = troubles.filter({ has: page.getByRole('link', { name: 'Pod giant', exact: true }) })
  await expect(giant).toContainText(/Unschedulable.*Insufficient cpu/)
  await giant.getByRole('link').click()
  await expect(detail(page).getByRole('heading', { name: 'giant' })).toBeVisible()
  for (const path of ['/api/v1/namespaces/default/pods/giant', '/api/v1/namespaces/default/resourcequotas/tight', `${apps}/deployments/late`]) await api(page, { method: 'DELETE', path })
})

test('an alert counts in the top bar, says the way out, leads to its object, and can be silenced', async () => {
  await post('/api/v1/namespaces/default/pods', { ...template('huge', { resources: { requests: { cpu: '1000' } } }), apiVersion: 'v1', kind: 'Pod', metadata: { name: 'huge' } })
  const conditions = [{ type: 'PodScheduled', lastTransitionTime: '2026-01-01T00:00:00Z' }]
  await expect.poll(async () => (await api<{ status?: { conditions?: object[] } }>(page, { method: 'GET', path: '/api/v1/namespaces/default/pods/huge' })).body.status?.conditions?.length).toBe(1)
  expect(await api(page, { method: 'PATCH', path: '/api/v1/namespaces/default/pods/huge/status', contentType: 'application/strategic-merge-patch+json', body: { status: { conditions } } })).toMatchObject({ status: 200 })
  await page.getByRole('link', { name: '1 alert' }).click()
  const alert = page.getByRole('listitem').filter({ hasText: 'Does not start' })
  await expect(alert).toContainText(/Pod default\/huge.*Insufficient cpu.*The way out: If it fits on no node/)
  await page.screenshot({ path: 'test-results/e2e/alerts.png' })
  expect(await violations(page, 'alerts')).toEqual([])
  await alert.getByRole('button', { name: 'Silence Pod huge' }).click()
  await expect(alert).toContainText('Silenced')
  await expect(page.getByRole('link', { name: '1 alert' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Tell of Pod default/huge again' }).click()
  await expect(page.getByRole('link', { name: '1 alert' })).toBeVisible()
  await alert.getByRole('link', { name: 'Pod default/huge' }).click()
  await expect(detail(page).getByRole('heading', { name: 'huge' })).toBeVisible()
  await api(page, { method: 'DELETE', path: '/api/v1/namespaces/default/pods/huge' })
  await expect(page.getByRole('link', { name: '1 alert' })).toHaveCount(0)
})

test('a Korean page says in Korean what events, conditions and faults of a field say, and has their own words at hand', async () => {
  const language = async (field: string, name: string): Promise<void> => {
    await to(page, '/settings')
    await page.getByRole('combobox', { name: field }).click()
    await page.getByRole('option', { name }).click()
  }
  await post('/api/v1/namespaces/default/pods', { ...template('vast', { resources: { requests: { cpu: '1000' } } }), apiVersion: 'v1', kind: 'Pod', metadata: { name: 'vast' } })
  await language('Language', '한국어')
  await to(page, '/events')
  const messages = page.getByRole('gridcell').locator('> span[title]')
  const filter = page.getByRole('textbox', { name: '필터' })
  await filter.fill('web-')
  await expect(messages.filter({ hasText: '파드를 만들었습니다: web-' }).first()).toHaveAttribute('title', /^파드를 만들었습니다: (\S+)\n\nCreated pod: \1$/)
  await filter.fill('')
  await expect(messages.filter({ hasText: '노드 2개 가운데 쓸 수 있는 노드가 없습니다: cpu 부족(2개).' }).first()).toBeVisible()
  await atRest(page)
  await page.screenshot({ path: 'test-results/e2e/korean-events.png' })
  // All of them are of this app's own parts.
  expect((await messages.allTextContents()).filter((text) => !/[가-힣]/.test(text))).toEqual([])
  expect(await violations(page, 'korean events')).toEqual([])

  const beside = page.getByRole('complementary', { name: '상세' })
  await to(page, '/pods/default/vast')
  const unscheduled = beside.getByRole('listitem').filter({ hasText: 'PodScheduled: False' })
  await expect(unscheduled.locator('span[title]').last()).toHaveText(/^노드 2개 가운데 쓸 수 있는 노드가 없습니다: cpu 부족\(2개\)\. 다른 파드를 밀어내도 마찬가지입니다/)
  await unscheduled.scrollIntoViewIfNeeded()
  await page.screenshot({ path: 'test-results/e2e/korean-condition.png' })
  await to(page, '/deployments/default/web')
  const available = beside.getByText('디플로이먼트에 쓸 수 있는 파드가 충분합니다.')
  await expect(available).toBeVisible()
  await available.scrollIntoViewIfNeeded()
  await page.screenshot({ path: 'test-results/e2e/korean-deployment.png' })

  await to(page, '/nodes')
  await page.getByRole('button', { name: '노드 추가' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('이름').fill('Bad_Name')
  await dialog.getByRole('button', { name: '노드 추가' }).click()
  const fault = dialog.getByText(/^잘못된 값 "Bad_Name": 영문 소문자, 숫자, /)
  await expect(fault).toHaveAttribute('title', /\n\nInvalid value: "Bad_Name": a lowercase RFC 1123 /)
  await expect(dialog.getByLabel('이름')).toHaveAccessibleDescription(/^잘못된 값 "Bad_Name"/)
  await page.screenshot({ path: 'test-results/e2e/korean-field.png' })
  expect(await violations(page, 'korean field', { include: '[role=dialog]' })).toEqual([])
  await page.keyboard.press('Escape')
  await api(page, { method: 'DELETE', path: '/api/v1/namespaces/default/pods/vast' })
  await language('언어', 'English')
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
})

test('charts of usage: ranges, and a part that is drawn is shown in all of them', async () => {
  await to(page, '/pods')
  await row(page, /^web-/).first().click()
  const usage = detail(page).getByRole('figure', { name: 'CPU' })
  await expect(usage.locator('canvas')).toBeVisible()
  await detail(page).getByRole('button', { name: '1 d' }).click()
  await expect(detail(page).getByRole('button', { name: '1 d' })).toHaveAttribute('aria-pressed', 'true')
  const over = usage.locator('.u-over')
  await over.scrollIntoViewIfNeeded()
  const box = await over.boundingBox()
  if (!box) throw new Error('the chart has no place')
  await page.mouse.move(box.x + box.width * 0.5, box.y + 40)
  // Where the pointer is, both say their values then.
  await expect(detail(page).getByRole('figure', { name: 'Memory' }).locator('figcaption')).toContainText(/\d:\d\d/)
  await page.screenshot({ path: 'test-results/e2e/usage.png' })
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.8, box.y + 40, { steps: 4 })
  await page.mouse.up()
  await expect(detail(page).getByRole('button', { name: 'Show all' })).toBeVisible()
  await detail(page).getByRole('button', { name: 'Show all' }).click()
  await expect(detail(page).getByRole('button', { name: 'Show all' })).toHaveCount(0)
  await detail(page).getByRole('button', { name: '1 h' }).click()
})

test('a destination for logs: tried, kept, told how it goes, removed; its secret is never shown again', async () => {
  const index = bulkIndex()
  let down = false
  const receiver = await httpReceiver((call) => (down ? { status: 503, body: 'closed for today' } : index.reply(call)))
  try {
    await to(page, '/settings')
    await page.getByRole('button', { name: 'Add destination' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('search')
    await dialog.getByLabel('Address').fill(receiver.address)
    await dialog.getByLabel('User', { exact: true }).fill('elastic')
    await dialog.getByLabel('Password, or API key without a user').fill('hush-hush')
    await dialog.getByLabel('Also what is stored already').check()
    await dialog.getByRole('button', { name: 'Send a test line' }).click()
    await expect(dialog.getByText('The test line was taken.')).toBeVisible()
    await page.screenshot({ path: 'test-results/e2e/destination.png' })
    expect(await violations(page, 'destination')).toEqual([])
    await dialog.getByRole('button', { name: 'Save' }).click()
    const line = page.getByRole('listitem').filter({ hasText: 'search' })
    await expect(line).toContainText(/All delivered/)
    expect([...index.docs.values()].some((d) => d['stream'] === 'component')).toBe(true)
    expect(receiver.calls[0]?.headers['authorization']).toBe(`Basic ${Buffer.from('elastic:hush-hush').toString('base64')}`)
    down = true
    await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'noise' } })
    await post('/api/v1/namespaces/noise/pods', { ...template('noise', { resources: { requests: { cpu: '1000' } } }), apiVersion: 'v1', kind: 'Pod', metadata: { name: 'noise' } })
    await expect(line).toContainText('answered with status 503: closed for today')
    await page.screenshot({ path: 'test-results/e2e/destinations.png' })
    expect(await violations(page, 'destinations')).toEqual([])
    down = false
    await expect(line).toContainText(/All delivered/)
    await line.getByRole('button', { name: 'Change search' }).click()
    await expect(dialog.getByLabel('Password, or API key without a user')).toHaveValue('')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await line.getByRole('button', { name: 'Remove search' }).click()
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await expect(line).toHaveCount(0)
    await api(page, { method: 'DELETE', path: '/api/v1/namespaces/noise' })
  } finally {
    await receiver.close()
  }
})

/** How each dialog is opened: a page, and the names of what is pressed; the last dialog that is there is looked at. */
const DIALOGS: [path: string, ...presses: string[]][] = [
  ['/deployments/default/web', 'Restart'], ['/deployments/default/web', 'Edit image'], ['/deployments/default/web', 'Scale'], ['/deployments/default/web', 'Delete'], ['/deployments/default/web', 'More actions', 'Roll back'],
  ['/deployments/default/web', 'More actions', 'Pause rollout'], ['/deployments/default/web', 'More actions', 'Labels and annotations'],
  ['/nodes/hollow-1', 'Cordon'], ['/nodes/hollow-1', 'Drain'], ['/nodes/hollow-1', 'Stop'], ['/nodes/hollow-1', 'Remove'], ['/nodes', 'Add node'],
  ['/pods/default/db-0', 'Delete'], ['/pods/default/db-0', 'More actions', 'Evict'], ['/pods/default/db-0', 'More actions', 'Forward a port'],
  ['/images', 'Pull image'], ['/images', 'Build image'], ['/namespaces', 'New namespace'], ['/overview', 'Deploy'], ['/configmaps', 'New ConfigMap'],
]
/** The theme follows the system, so an open dialog is seen in both. */
async function choose(colorScheme: 'dark' | 'light'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme)
}
test('nobody is shut out of a dialog in either theme, and leaving it leads back to where one was', async () => {
  test.setTimeout(300_000)
  const found: string[] = []
  for (const [path, ...presses] of DIALOGS) {
    const name = `${path} ${presses.join(' ')}`
    await choose('dark')
    await to(page, path)
    const where = path.split('/').length > 2 ? detail(page) : page.getByRole('main')
    await where.getByRole('button', { name: presses[0] as string, exact: true }).first().click()
    if (presses[1]) await page.getByRole('menuitem', { name: presses[1], exact: true }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog).toBeVisible()
    await expect(page.getByRole('menu')).toHaveCount(0)
    await expect(dialog.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    found.push(...await violations(page, `${name} dark`, { include: '[role=dialog]' }))
    await choose('light')
    // Only colours are another theme's.
    found.push(...await violations(page, `${name} light`, { include: '[role=dialog]', only: ['color-contrast'] }))
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
    const focused = page.locator(':focus')
    if (await focused.count() === 0 || (await focused.getAttribute('aria-label') ?? await focused.textContent()) !== presses[0]) found.push(`${name}: the focus is lost`)
  }
  expect(found).toEqual([])
})

test('nobody is shut out of any page of the rail in the light theme', async () => {
  test.setTimeout(300_000)
  await choose('light')
  const found: string[] = []
  const paths = await page.getByRole('navigation').getByRole('link').evaluateAll((links) => links.map((a) => a.getAttribute('href')?.replace(/^#/, '') ?? ''))
  expect(paths.length).toBeGreaterThan(25)
  for (const path of paths) {
    await to(page, path)
    await expect(page.locator('main h1')).toBeVisible()
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    await atRest(page)
    found.push(...await violations(page, path, { include: 'main' }))
  }
  expect(found).toEqual([])
})

test('the keyboard leads through table, detail, menu and dock, is seen, and comes back', async () => {
  await to(page, '/pods')
  const grid = page.getByRole('grid')
  const outlined = (of: string): Promise<string> => page.evaluate((selector) => { const e = document.querySelector(selector); return e ? getComputedStyle(e).outlineStyle : 'nothing there' }, of)
  await page.getByRole('textbox', { name: 'Filter' }).focus()
  await page.keyboard.press('Escape')
  await expect(grid).toBeFocused()
  await page.keyboard.press('ArrowDown')
  const chosen = grid.locator('[role=row][aria-selected=true]')
  await expect(chosen).toHaveAttribute('id', await grid.getAttribute('aria-activedescendant') ?? 'none')
  expect(await outlined('[role=grid] [role=row][aria-selected=true]')).toBe('solid')
  await page.keyboard.press('Enter')
  await expect(grid).toHaveCount(0)
  await expect(detail(page).getByRole('tabpanel')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(grid).toBeFocused()
  await expect(detail(page)).toHaveCount(0)

  await page.keyboard.press('ArrowDown')
  const more = detail(page).getByRole('button', { name: 'More actions' })
  await more.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitem').first()).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('menuitem').nth(1)).toBeFocused()
  expect(await outlined('[role=menuitem]:focus')).toBe('solid')
  await page.keyboard.press('Escape')
  await expect(more).toBeFocused()
  expect(await outlined('[aria-label="More actions"]:focus')).toBe('solid')
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: 'Search or run' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(more).toBeFocused()

  await page.keyboard.press('l')
  const dock = page.getByRole('region', { name: 'Dock' })
  await dock.getByRole('separator').focus()
  expect(await outlined('[role=separator]:focus')).toBe('solid')
  await page.keyboard.press('Tab')
  await expect(dock.getByRole('tab', { selected: true })).toBeFocused()
  expect(await outlined('[role=tab]:focus')).toBe('solid')
  await page.keyboard.press('Tab')
  await expect(dock.getByRole('button', { name: 'Close this log' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(dock).toHaveCount(0)
  await expect(grid).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(detail(page)).toHaveCount(0)
  await expect(grid).toBeFocused()
  // Past the rail and the bar, into the page in the order in which it is read.
  await page.getByRole('link', { name: /^Skip/ }).focus()
  expect(await outlined('a:focus')).toBe('solid')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('textbox', { name: 'Filter' })).toBeFocused()
})
