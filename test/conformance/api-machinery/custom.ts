/** For tests about custom resources: a definition of its own for each, gone when the test has finished. */
import { onTestFinished } from 'vitest'
import type { CustomResourceDefinition } from '../../../shared/api/types.ts'
import { api, eventually } from '../cluster.ts'

export const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
export type Definition = CustomResourceDefinition
let count = 0

export interface Kind {
  readonly group: string
  readonly kind: string
  readonly plural: string
  /** `plural.group` */
  readonly name: string
  readonly definition: Definition
  path(namespace: string, version?: string): string
  object(name: string, more?: object, version?: string): object
}
export const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
export const version = (name: string, schema: object = anything, more: object = {}): object => ({ name, served: true, storage: true, schema: { openAPIV3Schema: schema }, ...more })

export const establishedOf = (d: Definition): boolean => d.status?.conditions?.some((c) => c.type === 'Established' && c.status === 'True') ?? false
export const definitionOf = (name: string): Promise<Definition> => api().get<Definition>(`${DEFINITIONS}/${name}`)

/** @param spec beside group and names; `scope` is Namespaced unless said otherwise */
export async function define(versions: object[], { group, kind, spec = {}, labels = {}, clean = onTestFinished }: { group?: string; kind?: string; spec?: object; labels?: object; clean?: (end: () => Promise<void>) => void } = {}): Promise<Kind> {
  const id = `${process.pid}-${count++}`
  const given = { group: group ?? `g${id}.example.com`, kind: kind ?? `Kind${id.replace('-', 'x')}` }
  const plural = `${given.kind.toLowerCase()}s`
  const name = `${plural}.${given.group}`
  const body = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name, labels }, spec: { group: given.group, scope: 'Namespaced', names: { plural, kind: given.kind }, versions, ...spec } }
  await api().send('POST', DEFINITIONS, body)
  clean(async () => {
    await api().send('DELETE', `${DEFINITIONS}/${name}`).catch((e: Error) => { if (!/ 404 /.test(e.message)) throw e })
  })
  const definition = await eventually(`${name} is established`, () => definitionOf(name), establishedOf)
  const first = (versions[0] as { name: string }).name
  return {
    ...given, plural, name, definition,
    path: (namespace, v = first) => `/apis/${given.group}/${v}/namespaces/${namespace}/${plural}`,
    object: (objectName, more = {}, v = first) => ({ apiVersion: `${given.group}/${v}`, kind: given.kind, metadata: { name: objectName }, ...more }),
  }
}

/** What a request is refused with; fails when it is not. */
export async function refusal(request: Promise<unknown>): Promise<string> {
  const answer = await request.then((value) => ({ value }), (error: Error) => error.message)
  if (typeof answer === 'string') return answer
  throw new Error(`not refused: ${JSON.stringify(answer.value).slice(0, 500)}`)
}
