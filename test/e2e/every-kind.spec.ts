/** Every page of the rail with something on it: the list, and the detail with all its tabs. No containers run. */
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { expect, test, type Page } from '@playwright/test'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'
import { oneOfEach } from './one-of-each.ts'
import { api, detail, sharedWindow, to } from './page.ts'

let page: Page
sharedWindow((opened) => { page = opened })

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
    const tabs = await detail(page).getByRole('tab').allTextContents()
    const names = tabs.map((t) => t.replace(/ .*/, ''))
    expect([path, names]).toEqual([path, expect.arrayContaining(['Details', 'Events', 'History', 'YAML'])])
    for (const [i, name] of names.entries()) {
      const tab = detail(page).getByRole('tab').nth(i)
      await tab.click()
      await expect(tab).toHaveAttribute('aria-selected', 'true')
      const shown = await page.waitForFunction(shows)
      expect([path, name, await shown.jsonValue()]).toEqual([path, name, 'something'])
      if (name === 'YAML') await expect(panel.getByText(/^apiVersion: /).first()).toBeVisible()
    }
    await page.keyboard.press('Escape')
  }
})
