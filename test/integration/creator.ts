/** Creates objects by what they say of themselves, without a process for each. */
import type { KubeObject } from '../../shared/api/meta.ts'
import type { Api } from '../bench/http.ts'

interface APIResource { name: string; kind: string; namespaced: boolean }

export class Creator {
  readonly #api: Api
  readonly #namespace: string
  readonly #known = new Map<string, APIResource[]>()
  constructor(api: Api, namespace = 'default') {
    this.#api = api
    this.#namespace = namespace
  }
  /** Where a group's version says that a kind lives; asked again for a kind that it did not have, which may be a custom one. */
  async #path({ apiVersion = '', kind = '', metadata }: KubeObject): Promise<string> {
    const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
    const find = (): APIResource | undefined => this.#known.get(base)?.find((r) => r.kind === kind && !r.name.includes('/'))
    if (!find()) this.#known.set(base, (await this.#api.get<{ resources: APIResource[] }>(base)).resources)
    const resource = find()
    if (!resource) throw new Error(`${base} has no ${kind}`)
    return `${base}${resource.namespaced ? `/namespaces/${metadata.namespace ?? this.#namespace}` : ''}/${resource.name}`
  }
  /** Creates what is given, one after the other, as strictly as `kubectl create -f -` does. */
  async create(objects: readonly object[]): Promise<void> {
    for (const object of objects as KubeObject[]) await this.#api.send('POST', `${await this.#path(object)}?fieldValidation=Strict`, object)
  }
}
