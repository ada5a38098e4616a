import { expect, it } from 'vitest'
import WebSocket from 'ws'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { KubeObject } from '../../../../shared/api/meta.ts'
import type { Pod } from '../../../../shared/api/types.ts'
import { api, eventually, namespace, ready } from '../../cluster.ts'
import { box, condition, first, gone, isRunning, output, patch, path, podOf, remove, running, SLEEP, start, until } from '../pods.ts'

/** A WebSocket to the API server with the administrator's certificate. Resolves with what came, by frames, when it has closed. */
function frames(at: string, protocol: string): Promise<Buffer[]> {
  const config = parse(readFileSync(ready().kubeconfig, 'utf8')) as { clusters: { cluster: Record<string, string> }[]; users: { user: Record<string, string> }[] }
  const bytes = (text = ''): Buffer => Buffer.from(text, 'base64')
  const { user } = config.users[0]!
  const ws = new WebSocket(`${ready().apiServer.replace(/^http/, 'ws')}${at}`, protocol, { ca: bytes(config.clusters[0]!.cluster['certificate-authority-data']), cert: bytes(user['client-certificate-data']), key: bytes(user['client-key-data']) })
  const seen: Buffer[] = []
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => ws.terminate(), 60_000)
    ws.on('message', (data: Buffer) => seen.push(data))
    ws.on('error', reject)
    ws.on('close', () => { clearTimeout(timer); resolve(seen) })
  })
}

it('host IP', async () => {
  const ns = await namespace()
  const pod = await running(ns, 'host', { containers: [box(SLEEP)] })
  expect(pod.status!.hostIP).toMatch(/^(\d+\.){3}\d+$/)
})

it('submitted and removed', async () => {
  const ns = await namespace()
  const seen: string[] = []
  const watch = await api().watch<Pod>(`${path(ns)}?watch=true&labelSelector=time%3Dnow`, (e) => seen.push(`${e.type}${(e.object as Pod).metadata.deletionTimestamp ? ' deleting' : ''}`))
  try {
    await running(ns, 'submitted', { terminationGracePeriodSeconds: 30, containers: [box(SLEEP)] }, { labels: { time: 'now' } })
    expect(seen[0]).toBe('ADDED')
    const told = (await remove(ns, 'submitted', { gracePeriodSeconds: 30 })) as Pod
    expect(told.metadata).toMatchObject({ deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 30 })
    await gone(ns, 'submitted')
    await eventually('the watch tells the end', async () => seen.at(-1), (last) => last?.startsWith('DELETED') ?? false)
    expect(seen).toContain('MODIFIED deleting')
  } finally {
    watch.close()
  }
})

it('updated', async () => {
  const ns = await namespace()
  const pod = await running(ns, 'updated', { containers: [box(SLEEP)] }, { labels: { time: 'before' } })
  await eventually('the update is taken', async () => {
    const live = await podOf(ns, 'updated')
    return api().send<Pod>('PUT', path(ns, 'updated'), { ...live, metadata: { ...live.metadata, labels: { time: 'after' } } }).catch((e: Error) => { if (!e.message.includes(' 409 ')) throw e; return undefined })
  }, (done) => done !== undefined)
  const found = (await api().get<{ items: Pod[] }>(`${path(ns)}?labelSelector=time%3Dafter`)).items
  expect(found.map((p) => p.metadata.uid)).toEqual([pod.metadata.uid])
  expect(first(found[0]!)!.restartCount).toBe(0)
})

it('activeDeadlineSeconds', async () => {
  const ns = await namespace()
  await running(ns, 'deadline', { containers: [box(SLEEP)] })
  await patch(ns, 'pod deadline', { spec: { activeDeadlineSeconds: 2 } })
  expect((await until(ns, 'deadline', 'fails', (p) => p.status?.phase === 'Failed')).status).toMatchObject({ reason: 'DeadlineExceeded' })
})

it('service env vars', async () => {
  const ns = await namespace()
  await api().send('POST', `/api/v1/namespaces/${ns}/services`, { metadata: { name: 'fooservice' }, spec: { ports: [{ port: 8765, targetPort: 8080 }], selector: { name: 'x' } } })
  const { spec } = await api().get<{ spec: { clusterIP: string } } & KubeObject>(`/api/v1/namespaces/${ns}/services/fooservice`)
  const text = await output(ns, 'env', { containers: [box('env')] })
  for (const line of [`FOOSERVICE_SERVICE_HOST=${spec.clusterIP}`, 'FOOSERVICE_SERVICE_PORT=8765', `FOOSERVICE_PORT=tcp://${spec.clusterIP}:8765`, 'FOOSERVICE_PORT_8765_TCP_PROTO=tcp', 'FOOSERVICE_PORT_8765_TCP_PORT=8765', `FOOSERVICE_PORT_8765_TCP_ADDR=${spec.clusterIP}`])
    expect(text.split('\n')).toContain(line)
})

it('exec over websockets', async () => {
  const ns = await namespace()
  await running(ns, 'exec', { containers: [box(SLEEP)] })
  const said = async (protocol: string): Promise<Record<number, string>> => {
    const seen = await frames(`${path(ns, 'exec/exec')}?stdout=1&stderr=1&container=c&command=echo&command=remote&command=execution&command=test`, protocol)
    const channels: Record<number, string> = {}
    // The channel is a byte, or a digit in front of base64.
    const text = protocol.includes('base64')
    for (const f of seen) {
      const channel = text ? Number(f.toString('latin1', 0, 1)) : f[0]!
      channels[channel] = (channels[channel] ?? '') + (text ? Buffer.from(f.toString('latin1', 1), 'base64') : f.subarray(1)).toString()
    }
    return channels
  }
  for (const protocol of ['channel.k8s.io', 'base64.channel.k8s.io', 'v4.channel.k8s.io', 'v4.base64.channel.k8s.io', 'v5.channel.k8s.io']) {
    const channels = await said(protocol)
    expect([protocol, channels[1], channels[2] ?? '']).toEqual([protocol, 'remote execution test\n', ''])
    expect([protocol, channels[3] ?? '']).toEqual([protocol, protocol.startsWith('v') ? '{"metadata":{},"status":"Success"}' : ''])
  }
})

it('logs over websockets', async () => {
  const ns = await namespace()
  await running(ns, 'says', { containers: [box(`echo container is alive; ${SLEEP}`)] })
  await eventually('the log', async () => Buffer.concat(await frames(`${path(ns, 'says/log')}?container=c`, 'binary.k8s.io')).toString(), (text) => text === 'container is alive\n')
})

it('delete collection', async () => {
  const ns = await namespace()
  await Promise.all(['a', 'b', 'c'].map((name) => start(ns, name, { containers: [box(SLEEP)] }, { labels: { type: 'Testing' } })))
  await until(ns, 'a', 'runs', isRunning)
  await api().send('DELETE', `${path(ns)}?labelSelector=type%3DTesting`, { gracePeriodSeconds: 1 })
  await eventually('all are gone', () => api().get<{ items: Pod[] }>(path(ns)), (l) => l.items.length === 0)
})

it('lifecycle + PodStatus', async () => {
  const ns = await namespace()
  const types: string[] = []
  const watch = await api().watch<Pod>(`${path(ns)}?watch=true&labelSelector=test-pod-static%3Dtrue`, (e) => types.push(e.type))
  try {
    const made = await running(ns, 'static', { terminationGracePeriodSeconds: 1, containers: [box(SLEEP)] }, { labels: { 'test-pod-static': 'true' } })
    await patch(ns, 'pod static', { metadata: { labels: { 'test-pod': 'patched' } }, spec: { terminationGracePeriodSeconds: 1 } })
    expect((await podOf(ns, 'static')).metadata.labels).toMatchObject({ 'test-pod': 'patched', 'test-pod-static': 'true' })
    // What somebody writes into the status of a running pod is put right by its kubelet.
    const live = await api().get<Pod>(path(ns, 'static/status'))
    await api().send('PUT', path(ns, 'static/status'), { ...live, status: { ...live.status, conditions: live.status!.conditions!.map((c) => (c.type === 'Ready' ? { ...c, status: 'False' } : c)) } }).catch((e: Error) => { if (!e.message.includes(' 409 ')) throw e })
    await until(ns, 'static', 'is ready again', (p) => condition(p, 'Ready') === 'True')
    expect((await api().get<{ items: Pod[] }>('/api/v1/pods?labelSelector=test-pod-static%3Dtrue')).items.map((p) => p.metadata.uid)).toContain(made.metadata.uid)
    await api().send('DELETE', `${path(ns)}?labelSelector=test-pod-static%3Dtrue`)
    await eventually('the watch tells the end', async () => types.at(-1), (last) => last === 'DELETED')
    expect(types[0]).toBe('ADDED')
  } finally {
    watch.close()
  }
})

it('patch status', async () => {
  const ns = await namespace()
  await running(ns, 'patched', { containers: [box(SLEEP)] })
  const conditions = [{ type: 'TestConditionType', status: 'True', reason: 'TestReason', message: 'TestMessage' }]
  await patch(ns, 'pod patched', { metadata: { annotations: { patchedstatus: 'true' } }, status: { message: 'TestMessage', conditions } }, '--subresource', 'status')
  const pod = await until(ns, 'patched', 'has the condition', (p) => condition(p, 'TestConditionType') === 'True')
  expect(pod.metadata.annotations).toMatchObject({ patchedstatus: 'true' })
})
