import { expect, it } from 'vitest'
import { AGNHOST, eventually, get, namespace, ok } from '../cluster.ts'
import { inside, standing } from '../network/dns-pod.ts'

/** A Deployment and its Service: one layer of the guestbook. */
const layer = (name: string, role: string, message: string, replicas: number, port: number, servicePort = port): object[] => {
  const labels = { app: name, role, tier: name === 'frontend' ? 'frontend' : 'backend' }
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name, labels }, spec: { ports: [{ port: servicePort, targetPort: port }], selector: labels } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: AGNHOST, args: ['guestbook', `--message=${message}`, `--http-port=${port}`], resources: { requests: { cpu: '10m', memory: '10Mi' } }, ports: [{ containerPort: port }] }] } } } },
  ]
}

it('Guestbook', async () => {
  const ns = await namespace()
  const manifests = [...layer('agnhost-primary', 'primary', 'leader', 1, 6379), ...layer('agnhost-replica', 'replica', 'replica', 2, 6379), ...layer('frontend', 'frontend', 'frontend', 3, 8080, 80)]
  const input = manifests.map((m) => JSON.stringify(m)).join('\n---\n')
  await ok(['create', '-n', ns, '-f', '-'], { input })
  for (const name of ['agnhost-primary', 'agnhost-replica', 'frontend']) await ok(['rollout', 'status', '-n', ns, `deployment/${name}`, '--timeout=90s'], { timeout: 100_000 })
  const visitor = await standing(ns)
  const ask = (query: string): Promise<string> => inside(ns, visitor, 'node', '-e', `fetch('http://frontend/guestbook?${query}', { signal: AbortSignal.timeout(5000) }).then((r) => r.text()).then(console.log, (e) => console.log(e.message))`)
  // Six pods of three layers, each of which finds the next by its Service's name.
  await eventually('the frontend answers', () => ask('cmd=get'), (t) => t.startsWith('{"data":'), 30_000)
  await ask('cmd=set&key=messages&value=TestEntry')
  expect(await eventually('the entry comes back', () => ask('cmd=get&key=messages'), (t) => t.includes('TestEntry'), 30_000)).toContain('TestEntry')
  await ok(['delete', '-n', ns, '--grace-period=0', '--force', '-f', '-'], { input })
  await eventually('everything of it is gone', () => get<{ items: { metadata: { name: string } }[] }>('deployments,services,pods', '-n', ns), (l) => l.items.every((o) => o.metadata.name === visitor), 60_000)
})
