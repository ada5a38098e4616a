import { expect, it } from 'vitest'
import { eventually, namespace } from '../../cluster.ts'
import { box, gone, logs, remove, running, SLEEP } from '../pods.ts'

/** Notes the path of every request that it answers. */
const HANDLER = `while :; do printf 'HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n' | nc -l -p 8080 | head -1; done`

/** Its port, 8080, is open; to be asked it would answer, and not listen for a moment. */
const LISTENS = { periodSeconds: 1, timeoutSeconds: 30, exec: { command: ['sh', '-c', 'cat /proc/net/tcp /proc/net/tcp6 | grep -q ":1F90 "'] } }

async function handler(ns: string): Promise<{ ip: string; heard(what: string): Promise<unknown> }> {
  const pod = await running(ns, 'handler', { containers: [box(HANDLER, { readinessProbe: LISTENS })] })
  return { ip: pod.status!.podIP!, heard: (what) => eventually(`the handler hears ${what}`, () => logs(ns, 'handler'), (text) => text.includes(`GET /echo?msg=${what} `)) }
}

it('poststart exec', async () => {
  const ns = await namespace()
  const h = await handler(ns)
  await running(ns, 'hooked', { containers: [box(SLEEP, { lifecycle: { postStart: { exec: { command: ['sh', '-c', `wget -q -O - http://${h.ip}:8080/echo?msg=poststart`] } } } })] })
  await h.heard('poststart')
})

it('poststart http', async () => {
  const ns = await namespace()
  const h = await handler(ns)
  await running(ns, 'hooked', { containers: [box(SLEEP, { lifecycle: { postStart: { httpGet: { host: h.ip, path: '/echo?msg=poststart', port: 8080 as never } } } })] })
  await h.heard('poststart')
})

it('prestop exec', async () => {
  const ns = await namespace()
  const h = await handler(ns)
  await running(ns, 'hooked', { terminationGracePeriodSeconds: 30, containers: [box(SLEEP, { lifecycle: { preStop: { exec: { command: ['sh', '-c', `wget -q -O - http://${h.ip}:8080/echo?msg=prestop`] } } } })] })
  await remove(ns, 'hooked')
  await h.heard('prestop')
  await gone(ns, 'hooked')
})

it('prestop http', async () => {
  const ns = await namespace()
  const h = await handler(ns)
  const pod = await running(ns, 'hooked', { terminationGracePeriodSeconds: 30, containers: [box(SLEEP, { lifecycle: { preStop: { httpGet: { host: h.ip, path: '/echo?msg=prestop', port: 8080 as never } } } })] })
  expect(pod.status!.containerStatuses![0]!.ready).toBe(true)
  await remove(ns, 'hooked')
  await h.heard('prestop')
  await gone(ns, 'hooked')
})
