/** What objects were: seen, compared, brought back. The nodes are hollow: no container is needed. */
import { expect, test } from '@playwright/test'
import { violations } from './axe.ts'
import { launch } from './desktop.ts'
import { api, detail, to, whenEmpty } from './page.ts'

test('an object shows what it has been, what differed, and goes back; a deleted one comes back', async () => {
  const desktop = await launch({ args: ['--runtime', 'hollow'] })
  try {
    const { page } = desktop
    const faults = await whenEmpty(page)
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
    expect(faults).toEqual([])
  } finally {
    await desktop.dispose()
  }
})
