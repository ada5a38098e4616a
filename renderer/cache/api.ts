/** The verbs of the Kubernetes API over a Transport. Every failure is a StatusError. */
import type { Draft, KubeList, KubeObject, Status } from '../../shared/api/meta.ts'
import { apiVersionOf, pathOf } from '../../shared/api/resources.ts'
import type { ResourceType } from '../../shared/api/resources.ts'
import { StatusError, failure } from '../../shared/errors.ts'
import type { ApiCall } from '../../shared/ipc.ts'
import type { Transport } from '../transport/transport.ts'

export interface Where {
  namespace?: string | undefined
  name: string
}

export class Api {
  readonly transport: Transport

  constructor(transport: Transport) {
    this.transport = transport
  }

  async request<T>(call: ApiCall, signal?: AbortSignal): Promise<T> {
    const { status, body } = await this.transport.call('api', call, signal)
    if (status < 400) return body as T
    const answer = body as Partial<Status> | null
    if (answer !== null && typeof answer === 'object' && answer.kind === 'Status') throw new StatusError({ code: status, ...answer } as Status)
    throw failure(status, 'Unknown', typeof body === 'string' && body !== '' ? body : `the API answered ${status}`)
  }

  list<T extends KubeObject>(type: ResourceType<T>, query: Record<string, string> = {}, signal?: AbortSignal): Promise<KubeList<T>> {
    return this.request({ method: 'GET', path: `${pathOf(type)}?${new URLSearchParams(query)}` }, signal)
  }

  get<T extends KubeObject>(type: ResourceType<T>, { namespace, name }: Where, signal?: AbortSignal): Promise<T> {
    return this.request({ method: 'GET', path: pathOf(type, namespace, name) }, signal)
  }

  create<T extends KubeObject>(type: ResourceType<T>, draft: Draft<T>, signal?: AbortSignal): Promise<T> {
    const body = { ...draft, apiVersion: apiVersionOf(type), kind: type.kind }
    return this.request({ method: 'POST', path: pathOf(type, draft.metadata.namespace), body }, signal)
  }

  /** A strategic merge patch: lists merge by their keys, so naming one container leaves the others alone. */
  patch<T extends KubeObject>(type: ResourceType<T>, { namespace, name }: Where, body: unknown, subresource?: string): Promise<T> {
    const contentType = subresource === 'scale' ? 'application/merge-patch+json' : 'application/strategic-merge-patch+json'
    return this.request({ method: 'PATCH', path: pathOf(type, namespace, name, subresource), contentType, body })
  }

  /** RFC 7386: `null` takes a field away. Works on every kind, custom ones included. */
  merge<T extends KubeObject>(type: ResourceType<T>, { namespace, name }: Where, body: unknown, subresource?: string): Promise<T> {
    return this.request({ method: 'PATCH', path: pathOf(type, namespace, name, subresource), contentType: 'application/merge-patch+json', body })
  }

  /** `uid`: only that very object, not another of its name. */
  remove(type: ResourceType, { namespace, name }: Where, options: { propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'; gracePeriodSeconds?: number; uid?: string } = {}): Promise<unknown> {
    const { uid, ...rest } = options
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', ...rest, ...(uid ? { preconditions: { uid } } : {}) }
    return this.request({ method: 'DELETE', path: pathOf(type, namespace, name), body })
  }
}
