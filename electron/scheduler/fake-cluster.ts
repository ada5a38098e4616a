/** For tests: a client and informers over objects in memory, enough for a scheduler to live on. */
import type { Client, EventRecorder, Informer, InformerFactory, InformerHandlers } from '../client/types.ts'
import type { KubeObject } from '../../shared/api/meta.ts'
import { Pods, type ResourceType } from '../../shared/api/resources.ts'
import type { Pod } from '../../shared/api/types.ts'
import { conflict, notFound } from '../../shared/errors.ts'

class FakeInformer<T extends KubeObject> {
  readonly objects = new Map<string, T>()
  readonly handlers = new Set<InformerHandlers<T>>()
  readonly hasSynced = true
  readonly type: ResourceType<T>
  constructor(type: ResourceType<T>) {
    this.type = type
  }
  get(name: string, namespace?: string): T | undefined {
    return this.objects.get(`${namespace ?? ''}/${name}`)
  }
  list(namespace?: string): readonly T[] {
    return [...this.objects.values()].filter((o) => namespace === undefined || o.metadata.namespace === namespace)
  }
  byIndex(): readonly T[] {
    throw new Error('no index')
  }
  addHandlers(handlers: InformerHandlers<T>): () => void {
    this.handlers.add(handlers)
    for (const o of this.objects.values()) handlers.onAdd?.(o, true)
    return () => this.handlers.delete(handlers)
  }
  async synced(): Promise<void> {}
  set(object: T): void {
    const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`
    const old = this.objects.get(key)
    this.objects.set(key, object)
    for (const h of this.handlers) if (old) h.onUpdate?.(object, old); else h.onAdd?.(object, false)
  }
  delete(object: T): void {
    if (!this.objects.delete(`${object.metadata.namespace ?? ''}/${object.metadata.name}`)) return
    for (const h of this.handlers) h.onDelete?.(object)
  }
}

export class FakeCluster {
  readonly #informers = new Map<string, FakeInformer<never>>()
  readonly events: { pod: string; type: string; reason: string; message: string }[] = []
  readonly patches: { pod: string; condition: { reason: string; message: string; status: string } }[] = []
  /** Throw here to refuse a binding. */
  beforeBind: (pod: Pod, node: string) => void | Promise<void> = () => {}

  of<T extends KubeObject>(type: ResourceType<T>): FakeInformer<T> {
    let informer = this.#informers.get(type.resource) as FakeInformer<T> | undefined
    if (!informer) this.#informers.set(type.resource, (informer = new FakeInformer(type)) as unknown as FakeInformer<never>)
    return informer
  }
  readonly informers: InformerFactory = {
    informer: <T extends KubeObject>(type: ResourceType<T>) => this.of(type) as unknown as Informer<T>,
    release: async () => {},
    start: () => {},
    synced: async () => {},
    stop: async () => {},
  }
  readonly recorder: EventRecorder = {
    event: (object, type, reason, message) => { this.events.push({ pod: object.metadata.name, type, reason, message }) },
    flush: async () => {},
  }
  readonly client = {
    createSubresource: async (_type: unknown, name: string, namespace: string, _sub: string, body: { target: { name: string } }) => {
      const { pod } = this.#pod(name, namespace)
      await this.beforeBind(pod, body.target.name)
      const now = this.#pod(name, namespace).pod
      if (now.spec.nodeName) throw conflict(Pods, name, `pod ${name} is already assigned to node "${now.spec.nodeName}"`)
      this.of(Pods).set({ ...now, spec: { ...now.spec, nodeName: body.target.name } })
    },
    patch: async (_type: unknown, name: string, namespace: string, _patch: string, body: { status: { conditions: { type: string; status: string; reason: string; message: string }[] } }) => {
      const { pod } = this.#pod(name, namespace)
      const [condition] = body.status.conditions
      if (condition) this.patches.push({ pod: name, condition })
      this.of(Pods).set({ ...pod, status: { ...pod.status, conditions: body.status.conditions } })
    },
  } as unknown as Client

  #pod(name: string, namespace: string): { pod: Pod } {
    const pod = this.of(Pods).get(name, namespace)
    if (!pod) throw notFound(Pods, name)
    return { pod }
  }
  nodeOf(name: string, namespace = 'default'): string | undefined {
    return this.of(Pods).get(name, namespace)?.spec.nodeName
  }
}
