/** Whether anybody is shut out of what a page shows: axe's rules, in the page. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, type Page } from '@playwright/test'
import type Axe from 'axe-core'

let source: string | undefined
/** axe in the page, read and compiled once for as long as the page stays. */
async function bring(page: Page): Promise<void> {
  if (await page.evaluate(() => 'axe' in window)) return
  source ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  await page.evaluate(source)
}

/**
 * What stands against axe's rules in the given part of the page, each with where it was found. The rules of `only` (all by default)
 * look at what is inside `include` (the whole page by default) and outside `exclude`.
 */
export async function violations(page: Page, where: string, { include, exclude, only }: { include?: string; exclude?: string; only?: string[] } = {}): Promise<string[]> {
  // What is out of date fades in a while, to colours that are nobody's choice: a page that has only just been opened is judged when it is current.
  await expect(page.locator('[data-stale]')).toHaveCount(0)
  await bring(page)
  const found = await page.evaluate(async ([inside, outside, rules]) => {
    // What fades is judged when it is there.
    await Promise.all(document.getAnimations().filter((a) => a.effect?.getComputedTiming().iterations !== Infinity).map((a) => a.finished.catch(() => undefined)))
    const { axe } = window as unknown as { axe: typeof Axe }
    // No frames, and nothing that plays: there is no other page to bring axe to, and nothing to load before.
    const result = await axe.run({ include: inside ? [inside] : [document], ...(outside ? { exclude: [outside] } : {}) }, { resultTypes: ['violations'], iframes: false, preload: false, ...(rules ? { runOnly: { type: 'rule' as const, values: rules } } : {}) })
    return result.violations.map((v) => `${v.id}: ${v.nodes[0]?.html ?? ''} ${v.nodes[0]?.failureSummary ?? ''}`)
  }, [include, exclude, only] as const)
  return found.map((f) => `${where}: ${f}`)
}
