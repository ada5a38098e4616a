/** What a conformance test works with: the shared cluster through real clients, and a namespace of its own. */
import { KubeConfig } from '@kubernetes/client-node'
import { inject, onTestFinished } from 'vitest'
import type { KubeObject } from '../../shared/api/meta.ts'
import { Api } from '../bench/http.ts'
import { Creator } from '../integration/creator.ts'
import { eventually, runKubectl, type KubectlOptions, type Ready, type Result } from '../integration/app.ts'

export { BUSYBOX } from '../integration/busybox.ts'
export { AGNHOST } from './images/agnhost.ts'
export { eventually } from '../integration/app.ts'

const app = (): { home: string; ready: Ready } => inject('app')

/** Stock kubectl 1.35; answers also when it fails. */
export const kubectl = (args: string[], options: KubectlOptions = {}): Promise<Result> => runKubectl(app(), '35', args, options)

/** As kubectl, but failing is an error. Answers what was printed. */
export async function ok(args: string[], options: KubectlOptions = {}): Promise<string> {
  const r = await kubectl(args, options)
  if (r.code !== 0) throw new Error(`kubectl ${args.join(' ')} exited with ${r.code}: ${r.stderr}${r.stdout}`)
  return r.stdout
}
/** `kubectl get … -o json` */
export const get = async <T extends object = KubeObject>(...args: string[]): Promise<T> => JSON.parse(await ok(['get', ...args, '-o', 'json'])) as T

/** A raw client over HTTPS with the administrator's certificate: paths, JSON, watches. */
let raw: Api | undefined
export const api = (): Api => (raw ??= new Api(app().ready))

/** Creates what is given, one after the other, as strictly as `kubectl create -f -` does; without a process for each. */
let creator: Creator | undefined
export const create = (...objects: object[]): Promise<void> => (creator ??= new Creator(api())).create(objects)

/** Puts back what a path holds, changed; anew where somebody else, as a controller, has written it in between. */
export async function replace<T extends object>(path: string, change: (live: T) => object): Promise<T> {
  for (;;) {
    const live = await api().get<T>(path)
    const put = await api().send<T>('PUT', path, change(live)).catch((e: Error) => { if (!e.message.includes(' 409 ')) throw e })
    if (put) return put
  }
}

/** What a pod's container has printed; of several it must be named. */
export const printed = (ns: string, name: string, container = ''): Promise<string> => api().text(`/api/v1/namespaces/${ns}/pods/${name}/log${container && `?container=${container}`}`)

/** A real client library: `client().makeApiClient(CoreV1Api)`. */
export function client(): KubeConfig {
  const config = new KubeConfig()
  config.loadFromFile(app().ready.kubeconfig)
  return config
}
export const ready = (): Ready => app().ready
export const home = (): string => app().home

let count = 0
/**
 * A fresh namespace with its default service account; deleted when the test has finished, without waiting for it. A test
 * that runs beside others hands over its own `onTestFinished`.
 */
export async function namespace(labels: Record<string, string> = {}, finished: typeof onTestFinished = onTestFinished): Promise<string> {
  const name = `test-${process.pid}-${count++}`
  await api().send('POST', '/api/v1/namespaces', { metadata: { name, labels } })
  finished(async () => { await api().send('DELETE', `/api/v1/namespaces/${name}`).catch((e: Error) => { if (!/ 404 /.test(e.message)) throw e }) })
  await eventually(`the service account of ${name}`, () => api().get<{ items: KubeObject[] }>(`/api/v1/namespaces/${name}/serviceaccounts`), (l) => l.items.length > 0)
  return name
}
