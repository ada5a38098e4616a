import { expect, it } from 'vitest'
import { AGNHOST, eventually, namespace, ok } from '../../cluster.ts'
import { box, gone, remove, running, SLEEP } from '../pods.ts'

it('prestop on kill', async () => {
  const ns = await namespace()
  const server = await running(ns, 'server', { containers: [{ name: 'c', image: AGNHOST, args: ['netexec'], readinessProbe: { periodSeconds: 1, httpGet: { path: '/healthz', port: 8080 as never } } }] })
  const call = `wget -q -O - "http://${server.status!.podIP}:8080/shell?cmd=touch%20/tmp/prestop"`
  await running(ns, 'tester', { terminationGracePeriodSeconds: 30, containers: [box(SLEEP, { lifecycle: { preStop: { exec: { command: ['sh', '-c', call] } } } })] })
  await remove(ns, 'tester')
  expect(await eventually('the server was told', () => ok(['exec', '-n', ns, 'server', '--', 'sh', '-c', 'ls /tmp']), (text) => text.includes('prestop'))).toContain('prestop')
  await gone(ns, 'tester')
})
