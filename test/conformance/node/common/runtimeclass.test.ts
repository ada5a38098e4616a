import { NodeV1Api } from '@kubernetes/client-node'
import { expect, it } from 'vitest'
import { api, client, eventually, namespace } from '../../cluster.ts'
import { box, podOf, start, until } from '../pods.ts'

const PATH = '/apis/node.k8s.io/v1/runtimeclasses'
let count = 0
const runtimeClass = async (more: object = {}): Promise<string> => {
  const name = `test-${process.pid}-${count++}`
  await api().send('POST', PATH, { metadata: { name, labels: { test: name } }, handler: 'runc', ...more })
  return name
}
const drop = (name: string): Promise<unknown> => api().send('DELETE', `${PATH}/${name}`)

it('reject non-existent', async () => {
  const ns = await namespace()
  await expect(start(ns, 'none', { runtimeClassName: `${ns}-nonexistent`, containers: [box('true')] })).rejects.toThrow(/403[^]*RuntimeClass[^]*not found/)
})
it('reject deleted', async () => {
  const ns = await namespace()
  const name = await runtimeClass()
  await drop(name)
  await eventually('the class is unknown', () => start(ns, 'none', { runtimeClassName: name, containers: [box('true')] }).then(() => '', (e: Error) => e.message), (m) => /403[^]*not found/.test(m))
})
it('without overhead', async () => {
  const ns = await namespace()
  const name = await runtimeClass()
  try {
    await start(ns, 'plain', { runtimeClassName: name, restartPolicy: 'Never', containers: [box('true')] })
    await until(ns, 'plain', 'runs on the runtime of its class', (p) => p.status?.phase === 'Succeeded')
    expect((await podOf(ns, 'plain')).spec.overhead).toBeUndefined()
  } finally {
    await drop(name)
  }
})
it('overhead', async () => {
  const ns = await namespace()
  const name = await runtimeClass({ overhead: { podFixed: { cpu: '10m', memory: '1Mi' } } })
  try {
    const pod = await start(ns, 'heavier', { runtimeClassName: name, restartPolicy: 'Never', containers: [box('true')] })
    expect(pod.spec.overhead).toEqual({ cpu: '10m', memory: '1Mi' })
    await until(ns, 'heavier', 'is scheduled', (p) => p.spec.nodeName !== undefined)
  } finally {
    await drop(name)
  }
})
it('API', async () => {
  const classes = client().makeApiClient(NodeV1Api)
  const label = `runtimeclass-${process.pid}`
  const body = (name: string) => ({ metadata: { name: `${label}-${name}`, labels: { test: label } }, handler: 'h' })
  for (const name of ['a', 'b', 'c']) await classes.createRuntimeClass({ body: body(name) })
  await expect(classes.createRuntimeClass({ body: body('a') })).rejects.toMatchObject({ code: 409 })
  expect((await classes.readRuntimeClass({ name: `${label}-a` })).handler).toBe('h')
  expect((await classes.listRuntimeClass({ labelSelector: `test=${label}` })).items).toHaveLength(3)
  await classes.patchRuntimeClass({ name: `${label}-a`, body: [{ op: 'add', path: '/metadata/annotations', value: { patched: 'true' } }] })
  const read = await classes.readRuntimeClass({ name: `${label}-a` })
  expect(read.metadata?.annotations).toEqual({ patched: 'true' })
  read.metadata!.annotations = { updated: 'true' }
  expect((await classes.replaceRuntimeClass({ name: `${label}-a`, body: read })).metadata?.annotations).toEqual({ updated: 'true' })
  await classes.deleteRuntimeClass({ name: `${label}-a` })
  await classes.deleteCollectionRuntimeClass({ labelSelector: `test=${label}` })
  expect((await classes.listRuntimeClass({ labelSelector: `test=${label}` })).items).toEqual([])
})
