/** The dashboard's pages and controls: most on a hollow cluster, what needs an engine on a real one behind a socket that opens later. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import Docker from 'dockerode'
import { Door } from '../door.ts'
import { violations } from './axe.ts'
import { type Desktop, launch } from './desktop.ts'
import { api, atRest, detail, press, row, sharedWindow, to } from './page.ts'

test.describe('on a hollow cluster', () => {
  let page: Page
  sharedWindow((opened) => { page = opened })

  test('the palette deploys; the sample fills its port', async () => {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search or run' }).fill('deploy an')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Deploy an image' })
    await dialog.getByRole('button', { name: 'Use the sample' }).click()
    await expect(dialog.getByLabel('Port')).toHaveValue('80')
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('web')
    await dialog.getByLabel('Replicas').fill('3')
    await dialog.getByRole('button', { name: 'Deploy' }).click()
    await expect(page.getByText('Deployment web created')).toBeVisible()
    await expect(detail(page).getByText('Complete')).toBeVisible()
  })

  test('is driven by the keyboard: going, filtering, rows, opening, closing, help', async () => {
    await press(page, 'g', 'p')
    await expect(page.getByRole('heading', { name: 'Pods' })).toBeVisible()
    await expect(row(page, /^web-/)).toHaveCount(3)
    await page.keyboard.press('/')
    const filter = page.getByRole('textbox', { name: 'Filter' })
    await expect(filter).toBeFocused()
    await page.keyboard.type('no such pod')
    await expect(page.getByText('Nothing matches the filter.')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(filter).toHaveValue('')
    await expect(filter).not.toBeFocused()
    const rows = row(page, /^web-/)
    // Under the pointer the order is held, and sorted when the pointer leaves.
    await page.mouse.move(0, 0)
    await page.keyboard.press('j')
    await expect(rows.nth(0)).toHaveAttribute('aria-selected', 'true')
    await page.keyboard.press('j')
    await expect(rows.nth(1)).toHaveAttribute('aria-selected', 'true')
    await page.keyboard.press('k')
    await expect(rows.nth(0)).toHaveAttribute('aria-selected', 'true')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('grid')).toHaveCount(0)
    await expect(page.getByRole('button', { name: 'Show beside the list' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('grid')).toBeVisible()
    await expect(detail(page)).toHaveCount(0)
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await press(page, 'g', 'd')
    await expect(page.getByRole('heading', { name: 'Deployments' })).toBeVisible()
  })

  test('the log of a pod stays in the dock while pages come and go', async () => {
    await to(page, '/pods')
    await expect(row(page, /^web-/)).toHaveCount(3)
    await page.keyboard.press('j')
    await expect(detail(page)).toBeVisible()
    await page.keyboard.press('l')
    const dock = page.getByRole('region', { name: 'Dock' })
    await expect(dock.getByRole('log').getByText(/hollow/).first()).toBeVisible()
    const border = dock.getByRole('separator', { name: 'Resize the dock' })
    const before = Number(await border.getAttribute('aria-valuenow'))
    await border.press('ArrowUp')
    await expect(border).toHaveAttribute('aria-valuenow', String(before + 24))
    await to(page, '/nodes')
    await expect(page.getByRole('heading', { name: 'Nodes' })).toBeVisible()
    await expect(dock.getByRole('log').getByText(/hollow/).first()).toBeVisible()
    await dock.getByRole('button', { name: 'Close this log' }).click()
    await expect(dock).toHaveCount(0)
  })

  test('a new image and a restart roll out', async () => {
    await to(page, '/deployments/default/web')
    await detail(page).getByRole('button', { name: 'Edit image' }).click()
    const dialog = page.getByRole('dialog', { name: 'Edit image: web' })
    const image = dialog.getByLabel('Image')
    await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled()
    await image.fill(' pilothouse.dev/hello:2')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('New image of web is rolling out')).toBeVisible()
    await expect(detail(page).getByText('Revision 2')).toBeVisible()
    await expect(detail(page).getByText('pilothouse.dev/hello:2', { exact: true })).toBeVisible()
    await expect(detail(page).getByText('Complete')).toBeVisible()
    await detail(page).getByRole('button', { name: 'Restart' }).click()
    await page.getByRole('dialog', { name: 'Restart: web' }).getByRole('button', { name: 'Restart' }).click()
    await expect(page.getByText('Restart of web begun')).toBeVisible()
    await expect(detail(page).getByText('Revision 3')).toBeVisible()
    await expect(detail(page).getByText('Complete')).toBeVisible()
    await to(page, '/pods')
    await expect(row(page, /^web-/)).toHaveCount(3)
  })

  test('a namespace is created, and its deletion shows what still holds it', async () => {
    await to(page, '/namespaces')
    await page.getByRole('button', { name: 'New namespace' }).click()
    const create = page.getByRole('dialog', { name: 'New namespace' })
    const name = create.getByRole('textbox', { name: 'Name' })
    await name.fill('default')
    await create.getByRole('button', { name: 'Create' }).click()
    await expect(name).toHaveAccessibleDescription('namespaces "default" already exists')
    await expect(name).toHaveAttribute('aria-invalid', 'true')
    await expect(create.getByRole('alert')).toHaveCount(0)
    await name.fill('team-a')
    await create.getByRole('button', { name: 'Create' }).click()
    await expect(row(page, /^team-a .*Active/)).toBeVisible()
    const held = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'held', namespace: 'team-a', finalizers: ['example.com/hold'] } }
    expect(await api(page, { method: 'POST', path: '/api/v1/namespaces/team-a/configmaps', body: held })).toMatchObject({ status: 201 })
    await to(page, '/namespaces/team-a')
    // What it holds leads to the list of it there.
    await detail(page).getByRole('link', { name: 'ConfigMap' }).click()
    await expect(page.locator('main h1')).toContainText('Config maps')
    await expect(row(page, /^held /)).toBeVisible()
    await expect(row(page, /default/)).toHaveCount(0)
    await page.getByRole('combobox', { name: 'Namespace' }).click()
    await page.getByRole('option', { name: 'All namespaces' }).click()
    await to(page, '/namespaces')
    await page.getByRole('button', { name: 'Delete team-a' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete: team-a' })
    await expect(dialog.getByText(/^ConfigMap: \d/)).toBeVisible()
    const confirm = dialog.getByRole('button', { name: 'Delete' })
    await dialog.getByLabel('Type team-a to confirm').fill('team-b')
    await expect(confirm).toBeDisabled()
    await dialog.getByLabel('Type team-a to confirm').fill('team-a')
    await confirm.click()
    await expect(row(page, /^team-a .*Terminating.*(example\.com\/hold|remaining|left)/)).toBeVisible()
    await expect(page.getByRole('button', { name: 'Delete team-a' })).toHaveCount(0)
    expect(await api(page, { method: 'PATCH', path: '/api/v1/namespaces/team-a/configmaps/held', contentType: 'application/merge-patch+json', body: { metadata: { finalizers: null } } })).toMatchObject({ status: 200 })
    await expect(row(page, /^team-a /)).toHaveCount(0)
  })

  test('a node shows its conditions, its pods and its object; events tell the story', async () => {
    await to(page, '/nodes')
    await row(page, /^hollow-1/).click()
    await expect(detail(page).getByText(/^Ready: True/)).toBeVisible()
    await detail(page).getByRole('tab', { name: /^Pods/ }).click()
    await expect(detail(page).getByRole('link', { name: /^web-/ }).first()).toBeVisible()
    await detail(page).getByRole('tab', { name: 'YAML' }).click()
    await expect(detail(page).getByText('kind: Node')).toBeVisible()
    await to(page, '/events')
    // Of one second all are as new, and those of its pods are many: named after it are its own.
    const filter = page.getByRole('textbox', { name: 'Filter' })
    await filter.fill('web.')
    await expect(row(page, /ScalingReplicaSet .*Deployment\/web/).first()).toBeVisible()
    await page.getByRole('button', { name: 'Warnings only' }).click()
    await expect(row(page, /ScalingReplicaSet/)).toHaveCount(0)
    await filter.fill('')
  })

  test('a pod says why it is on its node, filter by filter and score by score; or why it is on none', async () => {
    await to(page, '/pods')
    await row(page, /^web-/).first().click()
    await detail(page).getByRole('tab', { name: 'Why this node' }).click()
    await expect(detail(page).getByText(/^Placed on hollow-/)).toBeVisible()
    const table = detail(page).getByRole('region', { name: 'Filters and scores of each node' })
    await expect(table.getByRole('columnheader', { name: /PodTopologySpread ×2/ })).toBeVisible()
    await expect(table.getByRole('row', { name: /^hollow-\d .*fits/ })).toHaveCount(2)
    await api(page, { method: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'giant' }, spec: { containers: [{ name: 'c', image: 'x:1', resources: { requests: { cpu: '1000' } } }] } } })
    await to(page, '/pods/default/giant/why')
    await expect(detail(page).getByText('No node would do.', { exact: false })).toBeVisible()
    await expect(table.getByRole('row', { name: /^hollow-1 .*out.*Insufficient cpu/ })).toBeVisible()
    await api(page, { method: 'DELETE', path: '/api/v1/namespaces/default/pods/giant' })
  })

  test('a node that has never been on is there, and is started and removed', async () => {
    await api(page, { method: 'POST', path: '/apis/pilothouse.dev/v1/localnodes', body: { apiVersion: 'pilothouse.dev/v1', kind: 'LocalNode', metadata: { name: 'later' }, spec: { running: false, cpu: '3' } } })
    await to(page, '/nodes')
    await expect(row(page, /later/).getByText('off', { exact: true })).toBeVisible()
    await row(page, /later/).click()
    await expect(detail(page).getByRole('button', { name: 'Cordon' })).toHaveCount(0)
    for (const [name, outcome] of [['Start', 'Ready'], ['Remove', '']] as const) {
      await detail(page).getByRole('button', { name, exact: true }).click()
      await page.getByRole('dialog').getByRole('button', { name, exact: true }).click()
      await (outcome ? expect(row(page, /later/)).toContainText(outcome) : expect(row(page, /later/)).toHaveCount(0))
    }
  })

  test('a node is added, closed, drained, switched off and on, and removed', async () => {
    await to(page, '/nodes')
    await page.getByRole('button', { name: 'Add node' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add node' })
    await dialog.getByLabel('CPU').fill('2 cores')
    await expect(dialog.getByText('An amount such as 1500m')).toBeVisible()
    await dialog.getByLabel('CPU').fill('2')
    await dialog.getByRole('textbox', { name: 'Name' }).fill('extra')
    await dialog.getByRole('button', { name: 'Add node' }).click()
    await expect(row(page, /extra/)).toContainText('0 / 2')
    await row(page, /extra/).click()
    const act = async (name: string): Promise<void> => {
      await detail(page).getByRole('button', { name, exact: true }).click()
      await page.getByRole('dialog').getByRole('button', { name, exact: true }).click()
      await expect(page.getByRole('dialog')).toHaveCount(0)
    }
    await act('Cordon')
    await expect(row(page, /extra/)).toContainText('Ready,SchedulingDisabled')
    await act('Uncordon')
    await act('Drain')
    await expect(page.getByText('Node extra is drained')).toBeVisible()
    await act('Stop')
    await expect(row(page, /extra/).getByText('off', { exact: true })).toBeVisible()
    await act('Start')
    await expect(row(page, /extra/).getByText('on', { exact: true })).toBeVisible()
    await act('Remove')
    await expect(row(page, /extra/)).toHaveCount(0)
  })

  test('what is gone says so', async () => {
    await to(page, '/pods/default/never-was')
    await expect(detail(page).getByText('Pod “never-was” does not exist, or has been deleted.')).toBeVisible()
    await detail(page).getByRole('button', { name: 'Close' }).click()
    await expect(detail(page)).toHaveCount(0)
  })

  const pages = ['overview', 'architecture', 'pods', 'deployments/default/web', 'replicasets', 'services/default/web', 'configmaps', 'secrets', 'logs', 'events', 'audit', 'nodes/hollow-1', 'namespaces', 'images', 'settings']
  // In the light theme, states.spec.ts looks at every page of the rail.
  for (const [theme, paths] of [['dark', pages], ['light', pages.filter((path) => path.includes('/'))]] as const) {
    test(`nobody is shut out of any page in the ${theme} theme`, async () => {
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Search or run' }).fill(`the ${theme} theme`)
      await page.keyboard.press('Enter')
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
      await expect(page.getByRole('dialog')).toHaveCount(0)
      const found: string[] = []
      const look = async (where: string): Promise<void> => {
        // The rail is the same on each: once is enough, and takes half of the time.
        found.push(...await violations(page, where, where === paths[0] ? {} : { exclude: 'nav' }))
      }
      for (const path of paths) {
        await to(page, `/${path}`)
        await expect(page.locator('main h1')).toBeVisible()
        await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
        await atRest(page)
        await look(path)
      }
      for (const [key, dialog] of [['Control+k', 'Search or run'], ['?', 'Keyboard'], ['c', 'Deploy an image']] as const) {
        await page.keyboard.press(key)
        await expect(page.getByRole('dialog', { name: dialog })).toBeVisible()
        await atRest(page)
        await look(dialog)
        await page.keyboard.press('Escape')
        await expect(page.getByRole('dialog')).toHaveCount(0)
      }
      expect(found).toEqual([])
    })
  }

  test('keeps as much of the logs as the settings say, at once and from then on', async () => {
    await to(page, '/settings')
    const logs = page.getByRole('group', { name: 'Logs that are kept' })
    await expect(logs.getByLabel('Days')).toHaveValue('14')
    // What is out of its limits is not taken.
    await logs.getByLabel('Megabytes').fill('15')
    await expect(logs.getByLabel('Megabytes')).toHaveAttribute('aria-invalid', 'true')
    await logs.getByLabel('Megabytes').press('Enter')
    await expect(logs.getByLabel('Megabytes')).toHaveValue('512')
    await logs.getByLabel('Megabytes').fill('256')
    await logs.getByLabel('Megabytes').press('Enter')
    await to(page, '/logs')
    await expect(page.getByText(/stored, at most 256Mi/)).toBeVisible()
    await page.reload()
    await to(page, '/settings')
    await expect(logs.getByLabel('Megabytes')).toHaveValue('256')
    await logs.getByLabel('Megabytes').fill('512')
    await logs.getByLabel('Megabytes').press('Enter')
    await to(page, '/logs')
    await expect(page.getByText(/stored, at most 512Mi/)).toBeVisible()
  })

  test('changes its language at once, and back', async () => {
    await to(page, '/settings')
    await page.getByRole('combobox', { name: 'Language' }).click()
    await page.getByRole('option', { name: '한국어' }).click()
    await expect(page.locator('html')).toHaveAttribute('lang', 'ko')
    await to(page, '/pods')
    await expect(page.getByRole('heading', { name: '파드' })).toBeVisible()
    await to(page, '/settings')
    await page.getByRole('combobox', { name: '언어' }).click()
    await page.getByRole('option', { name: 'English' }).click()
    await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible()
  })
})

test.describe('on an engine that comes up later', () => {
  test.describe.configure({ mode: 'serial' })
  const door = new Door()
  let desktop: Desktop
  let page: Page
  test.beforeAll(async () => {
    desktop = await launch({ env: { DOCKER_HOST: `unix://${door.path}` } })
    page = desktop.page
    await page.setViewportSize({ width: 1280, height: 720 })
  })
  test.afterAll(async () => {
    try {
      await desktop?.dispose()
    } finally {
      door.close()
    }
  })

  test('says what to do, and stops saying it when the engine answers', async () => {
    const notice = page.getByRole('alert').filter({ hasText: 'No container engine answers' })
    await expect(notice).toContainText('sudo systemctl start docker')
    await expect(page.getByTestId('cluster-state')).toHaveText('Degraded')
    await door.open()
    await expect(notice).toHaveCount(0)
    // If another cluster has come by its ranges meanwhile, this one starts again with others.
    const label = `dev.pilothouse.cluster=${readFileSync(join(desktop.home, 'cluster-id'), 'utf8').trim()}`
    await expect.poll(async () => (await new Docker().listNetworks({ filters: { label: [label] } })).length).toBe(1)
    await expect(page.getByTestId('cluster-state')).toHaveText('Ready')
  })

  test('a pull that fails gives its reason in the list and in the detail', async () => {
    await page.keyboard.press('c')
    const dialog = page.getByRole('dialog', { name: 'Deploy an image' })
    await dialog.getByLabel(/^Image/).fill('localhost:1/nothing:1')
    await expect(dialog.getByText('Not on the engine: it will be pulled')).toBeVisible()
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('broken')
    await dialog.getByRole('button', { name: 'Deploy' }).click()
    await expect(dialog).toHaveCount(0)
    await to(page, '/pods')
    await expect(row(page, /^broken-.*(ErrImagePull|ImagePullBackOff)/)).toBeVisible()
    await row(page, /^broken-/).click()
    await expect(detail(page).getByRole('note')).toContainText('localhost:1/nothing:1')
    await detail(page).getByRole('tab', { name: 'Events' }).click()
    await expect(detail(page).getByText(/Failed to pull image/).first()).toBeVisible()
  })

  test('an engine that goes away leaves what is known on images, nodes, logs and terminal, says so, and all mend when it is back', async () => {
    const spec = { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: 'busybox:local', command: ['sh', '-c', 'echo said before; sleep 3600'] }] }
    expect(await api(page, { method: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'box' }, spec } })).toMatchObject({ status: 201 })
    await to(page, '/pods/default/box')
    await expect(row(page, /^box .*Running/)).toBeVisible()
    await page.keyboard.press('s')
    const dock = page.getByRole('region', { name: 'Dock' })
    await dock.locator('[data-terminal]').click()
    await page.keyboard.type('echo $((6 * 7))\n')
    await expect(dock.getByText('42', { exact: true }).first()).toBeVisible()
    await to(page, '/images')
    await expect(row(page, /busybox:local/)).toBeVisible()

    door.shut()
    const notice = page.getByRole('alert').filter({ hasText: 'No container engine answers' })
    const outdated = page.getByRole('alert').filter({ hasText: 'This may be out of date' })
    await expect(notice).toBeVisible()
    await expect(outdated).toBeVisible()
    await expect(row(page, /busybox:local/)).toBeVisible()
    await expect(dock.getByText(/The terminal has ended/).first()).toBeVisible()
    await to(page, '/nodes')
    await expect(row(page, /NotReady/).first()).toBeVisible()
    await to(page, '/pods/default/box/logs')
    await expect(detail(page).getByText('said before').first()).toBeVisible()
    await dock.locator('[data-terminal]').click()
    await page.keyboard.press('Enter')
    await expect(dock.getByText(/The terminal has ended/).nth(1)).toBeVisible()
    await to(page, '/images')

    await door.open()
    await expect(notice).toHaveCount(0)
    await expect(outdated).toHaveCount(0)
    await to(page, '/nodes')
    await expect(row(page, /NotReady/)).toHaveCount(0)
    await dock.locator('[data-terminal]').click()
    await page.keyboard.press('Enter')
    await page.keyboard.type('echo $((7 * 8))\n')
    await expect(dock.getByText('56', { exact: true }).first()).toBeVisible()
  })
})
