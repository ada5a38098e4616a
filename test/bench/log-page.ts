/** How smooth the log page stays while it follows a container that writes some 10,600 lines a second, and whether it grows: a real Chromium without a GPU, on the same cores as cluster and engine. */
import { chromium } from '@playwright/test'
import { App } from '../integration/app.ts'
import { type Figure, quantile } from './figures.ts'

const AIM = 10_000
/** Somewhat more: what a clock of whole seconds deals out comes up to a second early or late at either end of the measurement. */
const RATE = 10_600
const BATCH = 500
const SECONDS = 20
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
/** Batches with rests between; what rests that took too long left out comes in the next second, so that it is the rate in the mean. */
const SCRIPT = `BEGIN { t = systime(); while (1) { due = ${RATE} * (systime() - t + 1) - n; if (due <= 0) { system("busybox usleep 5000"); continue } `
  + `for (i = 0; i < ${BATCH}; i++) printf "level=info msg=\\"request served\\" n=%d path=/api/products status=200 took=%dms\\n", n++, n % 977; fflush(); if (due <= ${RATE}) system("busybox usleep 35000") } }`

interface Samples { frames: number[]; tasks: number[] }

export async function logPage(): Promise<Figure[]> {
  const app = await App.start()
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
  try {
    const spec = { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: 'busybox:local', imagePullPolicy: 'Never', command: ['busybox', 'awk', SCRIPT] }] }
    await app.ok('35', ['create', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'talk' }, spec }) })
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
    await page.goto(app.ready.dashboard)
    await page.goto(`${new URL(app.ready.dashboard).origin}/#/logs/pod:talk`)
    const last = async (): Promise<number> => Number(/n=(\d+)/.exec(await page.locator('[role=log] .line').last().textContent() ?? '')?.[1])
    // Until the window is full: from then on each line that comes lets another go.
    await page.getByText('20,000 lines loaded').waitFor({ timeout: 120_000 })
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Performance.enable')
    const heap = async (): Promise<number> => {
      await devtools.send('HeapProfiler.collectGarbage')
      return ((await devtools.send('Performance.getMetrics')).metrics.find((m) => m.name === 'JSHeapUsedSize')?.value ?? 0) / 2 ** 20
    }
    const before = await heap()
    await page.evaluate(() => {
      const samples: Samples = ((globalThis as unknown as { samples: Samples }).samples = { frames: [], tasks: [] })
      new PerformanceObserver((list) => { for (const e of list.getEntries()) samples.tasks.push(e.duration) }).observe({ entryTypes: ['longtask'] })
      let previous = performance.now()
      const frame = (): void => {
        const now = performance.now()
        samples.frames.push(now - previous)
        previous = now
        requestAnimationFrame(frame)
      }
      requestAnimationFrame(frame)
    })
    const [first, began] = [await last(), performance.now()]
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000))
    const rate = (await last() - first) / ((performance.now() - began) / 1000)
    const { frames, tasks } = await page.evaluate(() => (globalThis as unknown as { samples: Samples }).samples)
    const after = await heap()
    return [
      { name: 'lines a second that the log page follows', value: rate, unit: '/s', aim: `≥ ${AIM}` },
      { name: 'frame of the log page meanwhile, median', value: quantile(frames, 0.5), unit: 'ms', aim: '≤ 20' },
      { name: 'frame of the log page meanwhile, 95th percentile', value: quantile(frames, 0.95), unit: 'ms', aim: '≤ 50' },
      { name: 'longest frame', value: Math.max(...frames), unit: 'ms', aim: '' },
      { name: 'tasks over 50 ms', value: tasks.length, unit: '', aim: '' },
      { name: 'longest task', value: Math.max(0, ...tasks), unit: 'ms', aim: '' },
      { name: `memory of the page's scripts with a full window`, value: before, unit: 'MiB', aim: '' },
      { name: `and ${SECONDS} s later`, value: after, unit: 'MiB', aim: '' },
    ]
  } finally {
    await browser.close()
    await app.dispose()
  }
}
