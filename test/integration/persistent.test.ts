/** Data that outlives its pod, the app and a kill, and goes when its claim goes; a StatefulSet finds its own again. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../shared/api/types.ts'
import { App, eventually, resetHome } from './app.ts'

let app: App
beforeAll(async () => { app = await App.start() })
afterAll(() => app?.dispose())

const apply = (...objects: object[]): Promise<string> => app.ok('35', ['apply', '-f', '-'], { input: objects.map((o) => JSON.stringify(o)).join('\n---\n') })
/** What so many lives of a container have written; one that runs may not yet have. */
const read = (pod: string, lives: number): Promise<string> => eventually(`${pod} has written for the ${lives}. time`, () => app.kubectl('35', ['exec', pod, '--', 'cat', '/data/log']).then((r) => r.stdout), (text) => text.split('\n').length > lives)
const folders = (): string[] => (existsSync(join(app.home, 'volumes')) ? readdirSync(join(app.home, 'volumes')) : [])
const pods = async (label: string): Promise<{ items: Pod[] }> => ({ items: await app.list<Pod>('pods', { selector: label }) })
const runs = (label: string, count: number): Promise<{ items: Pod[] }> => eventually(`${count} pods of ${label} run`, () => pods(label), (l) => l.items.filter((p) => !p.metadata.deletionTimestamp && p.status?.phase === 'Running').length === count)
const container = { name: 'c', image: 'busybox:local', command: ['sh', '-c', 'trap "exit 0" TERM; echo "$(hostname) $(cat /proc/sys/kernel/random/uuid)" >> /data/log; while :; do sleep 0.2; done'], volumeMounts: [{ name: 'data', mountPath: '/data' }] }
const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }

it('a claim of no class waits for its pod, and keeps its data until it goes', async () => {
  expect(await app.ok('35', ['get', 'storageclass'])).toMatch(/standard \(default\)\s+pilothouse\.dev\/local-path\s+Delete\s+WaitForFirstConsumer\s+true/)
  await apply({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...claim })
  await eventually('it waits', () => app.ok('35', ['describe', 'pvc', 'data']), (text) => text.includes('waiting for first consumer to be created before binding'))
  expect(folders()).toEqual([])
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', labels: { app: 'p' } }, spec: { terminationGracePeriodSeconds: 1, containers: [container], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }], securityContext: { runAsUser: 1000, fsGroup: 2000 } } }
  await apply(pod)
  await runs('app=p', 1)
  const bound = await app.json<PersistentVolumeClaim>('35', ['get', 'pvc', 'data'])
  expect(bound.status?.phase).toBe('Bound')
  expect(folders()).toEqual([`pvc-${bound.metadata.uid}_default_data`])
  const volume = await app.json<PersistentVolume>('35', ['get', 'pv', bound.spec.volumeName!])
  expect(volume.spec.nodeAffinity?.required?.nodeSelectorTerms[0]?.matchExpressions?.[0]?.values).toEqual(['pilothouse'])
  const first = await read('p', 1)
  await app.ok('35', ['delete', 'pod', 'p'])
  await apply(pod)
  await runs('app=p', 1)
  expect(await read('p', 2)).toMatch(new RegExp(`^${first.trim()}\np `))
  await app.ok('35', ['delete', 'pvc', 'data', '--wait=false'])
  expect((await app.json<PersistentVolumeClaim>('35', ['get', 'pvc', 'data'])).metadata.deletionTimestamp).toBeTruthy()
  await app.ok('35', ['delete', 'pod', 'p'])
  await eventually('its folder goes', async () => folders(), (f) => f.length === 0)
  await eventually('its volume goes', () => app.api.get<{ items: PersistentVolume[] }>('/api/v1/persistentvolumes'), ({ items }) => items.length === 0)
})

it('the pods of a StatefulSet have volumes of their own, through deletion of a pod and a kill of the app', async () => {
  await apply(
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'db' }, spec: { clusterIP: 'None', selector: { app: 'db' }, ports: [{ port: 80 }] } },
    { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' }, spec: { replicas: 2, serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template: { metadata: { labels: { app: 'db' } }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } }, volumeClaimTemplates: [claim] } },
  )
  await runs('app=db', 2)
  const claims = await app.json<{ items: PersistentVolumeClaim[] }>('35', ['get', 'pvc'])
  expect(claims.items.map((c) => [c.metadata.name, c.status?.phase]).sort()).toEqual([['data-db-0', 'Bound'], ['data-db-1', 'Bound']])
  const before = await read('db-1', 1)
  expect(before).toMatch(/^db-1 \S+\n$/)
  await app.ok('35', ['delete', 'pod', 'db-1'])
  await runs('app=db', 2)
  expect((await read('db-1', 2)).startsWith(before)).toBe(true)
  await app.kill()
  app = await App.start({ home: app.home })
  await runs('app=db', 2)
  expect((await read('db-1', 2)).startsWith(before)).toBe(true)
  expect(folders()).toHaveLength(2)
})

it('reset takes the volumes along', async () => {
  await app.stop()
  const { code, stdout } = await resetHome(app.home)
  expect([code, stdout]).toEqual([0, expect.stringContaining(`file ${join(app.home, 'volumes')}`)])
  expect(existsSync(join(app.home, 'volumes'))).toBe(false)
})
