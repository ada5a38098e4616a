/** How smooth the dashboard's pod table stays while 1,000 pods are made and bound: frames and long tasks of a real Chromium without a GPU, on the same cores as the cluster. */
import { chromium } from '@playwright/test'
import { App } from '../integration/app.ts'
import { type Figure, quantile } from './figures.ts'
import { Api } from './http.ts'

const PODS = 1000
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

interface Samples { frames: number[]; tasks: number[] }

export async function dashboard(): Promise<Figure[]> {
  const app = await App.start({ args: ['--runtime', 'hollow', '--nodes', '100'] })
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
    await page.goto(app.ready.dashboard)
    await page.goto(`${new URL(app.ready.dashboard).origin}/#/pods`)
    await page.getByRole('heading', { name: 'Pods' }).waitFor()
    await page.evaluate(() => {
      const samples: Samples = ((globalThis as unknown as { samples: Samples }).samples = { frames: [], tasks: [] })
      new PerformanceObserver((list) => { for (const e of list.getEntries()) samples.tasks.push(e.duration) }).observe({ entryTypes: ['longtask'] })
      let last = performance.now()
      const frame = (): void => {
        const now = performance.now()
        samples.frames.push(now - last)
        last = now
        requestAnimationFrame(frame)
      }
      requestAnimationFrame(frame)
    })
    const api = new Api(app.ready)
    const labels = { app: 'load' }
    const began = performance.now()
    await api.send('POST', '/apis/apps/v1/namespaces/default/deployments', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'load' }, spec: { replicas: PODS, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'busybox:local' }] } } } })
    await page.waitForFunction((n) => document.querySelector('[data-testid=count]')?.textContent?.includes(n), String(PODS), { timeout: 120_000 })
    for (;;) {
      const { status } = await api.get<{ status?: { readyReplicas?: number } }>('/apis/apps/v1/namespaces/default/deployments/load')
      if (status?.readyReplicas === PODS) break
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    const took = performance.now() - began
    const { frames, tasks } = await page.evaluate(() => (globalThis as unknown as { samples: Samples }).samples)
    return [
      { name: `${PODS} pods made, bound and ready while the pod table is looked at`, value: took / 1000, unit: 's', aim: '' },
      { name: 'frame of the pod table meanwhile, median', value: quantile(frames, 0.5), unit: 'ms', aim: '≤ 20' },
      { name: 'frame of the pod table meanwhile, 95th percentile', value: quantile(frames, 0.95), unit: 'ms', aim: '≤ 100' },
      { name: 'longest frame', value: Math.max(...frames), unit: 'ms', aim: '' },
      { name: 'tasks over 50 ms', value: tasks.length, unit: '', aim: '' },
    ]
  } finally {
    await browser.close()
    await app.dispose()
  }
}
