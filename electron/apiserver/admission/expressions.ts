/** Expressions of admission: what they may name, and what those names hold for a request. Source: Kubernetes documentation, "Validating Admission Policy: variables in expressions". */
import type { CelInput } from '@bufbuild/cel'
import type { KubeObject } from '../../../shared/api/meta.ts'
import { compileCel, toCel, type Bindings, type CompileOptions, type Program } from '../cel/engine.ts'
import { authorizerValue, resourceCheckValue, type AuthorizerDoor } from '../cel/library-authorizer.ts'
import { apiVersion, type Env } from '../registry/env.ts'
import type { KindDefinition } from '../resources/kind.ts'
import type { Schema, Schemas } from '../schema.ts'
import type { Authorizer } from '../types.ts'
import { namespaceOf } from './match.ts'
import type { AdmissionRequest } from './plugin.ts'
import { groupVersionKind, groupVersionResource, optionsOf } from './review.ts'

const NAMES = ['object', 'oldObject', 'request', 'namespaceObject', 'authorizer', '@requestResource'] as const

/** @param more further names */
export const compileAdmission = (source: string, result: CompileOptions['result'], more: readonly string[] = [], schemas: Schemas = {}, mutation = false): Program =>
  compileNamed(source, result, Object.fromEntries([...NAMES, ...more].map((name) => [name, undefined])), schemas, mutation)

/** @param variables the names that it may use, with their types where these are known: for the check of an expression */
export function compileNamed(source: string, result: CompileOptions['result'], variables: Readonly<Record<string, Schema | undefined>>, schemas: Schemas = {}, mutation = false): Program {
  return compileCel(source, { variables, schemas, result: result ?? 'any', mutation })
}

/** `request`: the review that a webhook would get, without the objects. */
function requestValue(request: AdmissionRequest): CelInput {
  const { kind, subresource, user } = request
  const value = {
    kind: groupVersionKind(kind), resource: groupVersionResource(kind), subResource: subresource, requestKind: groupVersionKind(kind), requestResource: groupVersionResource(kind), requestSubResource: subresource,
    name: request.name, namespace: request.namespace, operation: request.operation, dryRun: request.dryRun, options: optionsOf(request),
    userInfo: { username: user.name, uid: user.uid ?? '', groups: user.groups, extra: user.extra ?? {} },
  }
  return toCel(value, undefined, {})
}

/** @param shown in whose version the objects are */
export function bindingsFor(request: AdmissionRequest, shown: KindDefinition, env: Env): Bindings {
  const { kind, subresource, namespace, name } = request
  const typed = (object: KubeObject | undefined): CelInput =>
    object ? toCel(shown === kind ? object : { ...object, apiVersion: apiVersion(shown) }, env.schemas[shown.schema], env.schemas) : null
  return {
    object: () => typed(request.object),
    oldObject: () => typed(request.old),
    request: () => requestValue(request),
    namespaceObject: () => (kind.scope === 'Namespaced' ? toCel(namespaceOf(env, namespace) ?? null, env.schemas['V1Namespace'], env.schemas) : null),
    authorizer: authorizerValue,
    '@requestResource': () => resourceCheckValue({ group: kind.group, resource: kind.resource, subresource, namespace, name }),
  }
}

export const authorizerDoor = (request: AdmissionRequest, authorizer: Authorizer | undefined): AuthorizerDoor => ({ user: request.user, authorizer })

/** `variables`: each is worked out at its first use. */
export class LazyVariables extends Map<string, CelInput> {
  readonly #compute: (name: string) => CelInput
  readonly #names: ReadonlySet<string>
  constructor(names: readonly string[], compute: (name: string) => CelInput) {
    super()
    this.#names = new Set(names)
    this.#compute = compute
  }
  override has(name: string): boolean {
    return this.#names.has(name)
  }
  override get(name: string): CelInput | undefined {
    if (!this.#names.has(name)) return undefined
    let value = super.get(name)
    if (value === undefined) super.set(name, (value = this.#compute(name)))
    return value
  }
}
