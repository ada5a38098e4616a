/** With 100 Services: how long after a change of one its traffic goes elsewhere. From the API's answer to the first answer of the new pod. */
import Docker from 'dockerode'
import { get } from 'node:http'
import type { Service } from '../../shared/api/types.ts'
import { AGNHOST, ensureAgnhost } from '../conformance/images/agnhost.ts'
import { App, eventually } from '../integration/app.ts'
import { type Figure, median } from './figures.ts'
import { Api } from './http.ts'

const SERVICES = 100
const CHANGES = 200
const LIMIT_MS = 10_000

const ask = (ip: string): Promise<string> => new Promise((resolve) => {
  get({ host: ip, port: 80, path: '/hostname', agent: false, timeout: 1_000 }, (answer) => {
    let text = ''
    answer.setEncoding('utf8').on('data', (t: string) => { text += t }).on('end', () => resolve(text)).on('error', () => resolve(''))
  }).on('error', () => resolve('')).on('timeout', function (this: { destroy(): void }) { this.destroy() })
})

export async function services(): Promise<Figure[]> {
  await ensureAgnhost(new Docker())
  const app = await App.start()
  try {
    const api = new Api(app.ready)
    const path = '/api/v1/namespaces/default'
    for (const name of ['one', 'two']) await api.send('POST', `${path}/pods`, { metadata: { name, labels: { name } }, spec: { containers: [{ name: 'c', image: AGNHOST, args: ['netexec', '--http-port=8080'] }] } })
    const made: Service[] = []
    for (let i = 0; i < SERVICES; i++) {
      made.push(await api.send<Service>('POST', `${path}/services`, { metadata: { name: `s-${i}` }, spec: { selector: { name: 'one' }, ports: [{ port: 80, targetPort: 8080 }] } }))
    }
    const addresses = made.map((s) => s.spec.clusterIP ?? '')
    await eventually('all are served', async () => (await Promise.all(addresses.map(ask))).filter((t) => t === 'one').length, (n) => n === SERVICES)
    const times: number[] = []
    for (let change = 0; change < CHANGES; change++) {
      const i = change % SERVICES
      const to = change < SERVICES ? 'two' : 'one'
      const service = made[i] as Service
      made[i] = await api.send<Service>('PUT', `${path}/services/s-${i}`, { ...service, spec: { ...service.spec, selector: { name: to } } })
      const began = performance.now()
      while ((await ask(addresses[i] ?? '')) !== to) if (performance.now() - began > LIMIT_MS) throw new Error(`s-${i} does not lead to pod ${to}`)
      times.push(performance.now() - began)
    }
    const sorted = times.toSorted((a, b) => a - b)
    return [
      { name: `change of a Service to its traffic, ${SERVICES} Services, median of ${CHANGES}`, value: median(times), unit: 'ms', aim: '' },
      { name: `change of a Service to its traffic, ${SERVICES} Services, 99th percentile`, value: sorted[Math.ceil(CHANGES * 0.99) - 1] ?? 0, unit: 'ms', aim: '< 250' },
    ]
  } finally {
    await app.dispose()
  }
}
