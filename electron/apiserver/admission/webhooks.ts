/**
 * MutatingAdmissionWebhook and ValidatingAdmissionWebhook: requests that rules of webhook configurations match are shown
 * to their webhooks, one after the other where they may change the object, all at once where they only judge it.
 */
import type { MutatingWebhookConfiguration } from '../../../shared/api/types.ts'
import { badRequest, forbidden, internalError, StatusError } from '../../../shared/errors.ts'
import { logger } from '../../../shared/log.ts'
import { checkBody } from '../body.ts'
import { parseJson } from '../../../shared/numbers.ts'
import type { Destination } from '../connect/post.ts'
import type { Reach } from '../connect/reach.ts'
import { cloneJson, jsonEqual } from '../json.ts'
import type { KindRegistry } from '../kind-registry.ts'
import { jsonPatch, patchFault } from '../patch/json-patch.ts'
import { apiVersion, type Env, type Stored } from '../registry/env.ts'
import type { KindDefinition } from '../resources/kind.ts'
import type { Authorizer } from '../types.ts'
import { matches, type Matching, type Rule } from './match.ts'
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts'
import { denial, reviewFor, verdictOf, type Operation, type Verdict } from './review.ts'
import { inVersion, isOfKind, shownIn } from './versions.ts'
import { watched } from './watched.ts'

type GivenHook = NonNullable<MutatingWebhookConfiguration['webhooks']>[number]
interface Hook {
  readonly given: GivenHook
  readonly matching: Matching
  /** Name of its configuration. */
  readonly of: string
  /** Where it stands among all. */
  readonly index: number
}
interface Turn {
  readonly round: number
  readonly kind: 'mutation' | 'validation'
}
export interface WebhookWorld {
  readonly registry: KindRegistry
  readonly reach: Reach
  readonly authorizer: Authorizer | undefined
}
const GROUP = 'admissionregistration.k8s.io'
/** What could lock everybody out is not shown to webhooks. */
const EXEMPT = new Set(['mutatingwebhookconfigurations', 'validatingwebhookconfigurations', 'validatingadmissionpolicies', 'validatingadmissionpolicybindings', 'mutatingadmissionpolicies', 'mutatingadmissionpolicybindings'])
const log = logger('kube-apiserver')

const hooksOf = (configurations: readonly MutatingWebhookConfiguration[]): Hook[] =>
  configurations.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)).flatMap((c) => (c.webhooks ?? []).map((given) => ({ given, of: c.metadata.name })))
    .map(({ given, of }, index) => ({ given, of, index, matching: { ...given, rules: (given.rules ?? []) as readonly Rule[] } as Matching }))

function destination({ clientConfig }: GivenHook, reach: Reach): { to: Destination; url: string } {
  const ca = clientConfig.caBundle ? { ca: Buffer.from(clientConfig.caBundle, 'base64').toString('utf8') } : {}
  const { service } = clientConfig
  if (service) {
    const { name, namespace, port = 443, path = '' } = service
    const host = `${name}.${namespace}.svc`
    return { to: { host, port, path: path || '/', ...ca, open: () => reach.service(namespace, name, port) }, url: `https://${host}:${port}${path}` }
  }
  const url = new URL(clientConfig.url ?? '')
  return { to: { host: url.hostname, port: Number(url.port) || 443, path: url.pathname, ...ca }, url: url.href }
}

async function call(hook: GivenHook, request: AdmissionRequest, shown: KindDefinition, reach: Reach): Promise<Verdict> {
  const version = hook.admissionReviewVersions.find((v) => v === 'v1' || v === 'v1beta1') ?? 'v1'
  const { uid, body } = reviewFor(request, shown, version)
  const { to, url } = destination(hook, reach)
  const seconds = hook.timeoutSeconds ?? 10
  const failed = (error: unknown): Error => new Error(`failed to call webhook: Post ${JSON.stringify(`${url}?timeout=${seconds}s`)}: ${error instanceof Error ? error.message : String(error)}`)
  const { send } = await import('../connect/post.ts')
  const answer = await send({ ...to, path: `${to.path}?timeout=${seconds}s` }, 'POST', JSON.stringify(body), { 'content-type': 'application/json', accept: 'application/json' }, seconds * 1000).catch((error: unknown) => { throw failed(error) })
  const text = answer.body.toString('utf8')
  if (answer.status < 200 || answer.status > 299) throw new Error(`failed to call webhook: the server rejected our request for an unknown reason: status ${answer.status}: ${text.slice(0, 200)}`)
  let parsed: unknown
  try {
    parsed = parseJson(text)
  } catch (error) {
    throw failed(error)
  }
  return verdictOf(parsed, uid)
}

/** All of its conditions hold. Throws Forbidden when one cannot be told and none says no. */
async function conditionsHold(hook: GivenHook, request: AdmissionRequest, shown: KindDefinition, env: Env, authorizer: Authorizer | undefined): Promise<boolean> {
  if (!hook.matchConditions?.length) return true
  const { compileAdmission, bindingsFor, authorizerDoor } = await import('./expressions.ts')
  const faults: string[] = []
  for (const { expression } of hook.matchConditions) {
    try {
      if (compileAdmission(expression ?? '', 'bool').run(bindingsFor(request, shown, env), authorizerDoor(request, authorizer)) !== true) return false
    } catch (error) {
      faults.push(`expression '${expression ?? ''}' resulted in error: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  if (!faults.length) return true
  if (hook.failurePolicy === 'Ignore') return false
  throw forbidden(request.kind, request.name, faults.length > 1 ? `[${faults.join(', ')}]` : (faults[0] as string))
}

interface Answer {
  readonly verdict: Verdict
  /** In whose version it saw the object. */
  readonly shown: KindDefinition
}
/**
 * undefined: it has nothing to say, since it is not concerned or may be left out. Throws StatusError when it says no.
 * @param called it is concerned, whatever comes of it
 */
async function consult({ given, matching, index }: Hook, { round, kind }: Turn, request: AdmissionRequest, env: Env, world: WebhookWorld, called?: () => void): Promise<Answer | undefined> {
  const shown = matches(matching, request, env, (kind) => world.registry.all.filter((k) => k !== kind && k.group === kind.group && k.resource === kind.resource))
  if (!shown) return undefined
  let verdict: Verdict
  const seen = await shownIn(request, shown)
  if (!(await conditionsHold(given, seen, shown, env, world.authorizer))) return undefined
  called?.()
  try {
    if (request.dryRun && !['None', 'NoneOnDryRun'].includes(given.sideEffects)) throw badRequest(`admission webhook ${JSON.stringify(given.name)} does not support dry run`)
    verdict = await call(given, seen, shown, world.reach)
  } catch (error) {
    if (error instanceof StatusError && error.reason === 'BadRequest' && request.dryRun) throw error
    const message = error instanceof Error ? error.message : String(error)
    if (given.failurePolicy === 'Ignore') {
      log.warning('a webhook that may fail could not be asked', { webhook: given.name, error: message })
      request.annotate?.(`failed-open.${kind}.webhook.admission.k8s.io/round_${round}_index_${index}`, given.name)
      return undefined
    }
    throw internalError(new Error(`failed calling webhook ${JSON.stringify(given.name)}: ${message}`))
  }
  for (const warning of verdict.warnings) request.warn(warning)
  for (const key in verdict.notes) request.annotate?.(`${given.name}/${key}`, verdict.notes[key] ?? '')
  if (!verdict.allowed) throw denial(given.name, verdict.status)
  return { verdict, shown }
}

const inOrder = ({ from, op, path, value }: Operation): Operation => ({ ...(from === undefined ? {} : { from }), ...(op === undefined ? {} : { op }), ...(path === undefined ? {} : { path }), ...(value === undefined ? {} : { value }) })

/** The object after the patch, as the kind's schema takes it. */
async function patchedBy({ verdict, shown }: Answer, object: Stored, request: AdmissionRequest, env: Env): Promise<Stored> {
  const { kind, subresource } = request
  if (verdict.patch === undefined) return object
  try {
    const there = isOfKind(object, kind) ? shown : kind
    const patched = jsonPatch(await inVersion(object, kind, there), verdict.patch) as Stored
    const out = (await inVersion(patched, there, kind)) as unknown as Record<string, unknown>
    // What is posted to a subresource is not of the kind.
    if (subresource && object.kind !== kind.kind) return out as unknown as Stored
    const checked = checkBody({ ...out, apiVersion: apiVersion(kind), kind: kind.kind }, [], kind, env.schemas, 'Ignore', () => undefined)
    kind.strategy.defaults?.(checked)
    return checked
  } catch (error) {
    throw internalError(new Error(patchFault(error)))
  }
}

export function createWebhooks(store: Env['store'], world: WebhookWorld): { mutating: AdmissionPlugin; validating: AdmissionPlugin; stop(): void } {
  const cached = (resource: string) => {
    let hooks: readonly Hook[] | undefined
    const source = watched<MutatingWebhookConfiguration>(store, { group: GROUP, resource }, () => { hooks = undefined })
    return { hooks: () => (hooks ??= hooksOf(source.list())), stop: source.stop }
  }
  const [mutating, validating] = [cached('mutatingwebhookconfigurations'), cached('validatingwebhookconfigurations')]
  const exempt = ({ kind }: AdmissionRequest): boolean => kind.group === GROUP && EXEMPT.has(kind.resource)
  const operations = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] as const

  /** What each webhook made of an object that has come out of here. */
  const made = new WeakMap<Stored, Map<Hook, Stored>>()

  async function ask(hooks: readonly Hook[], round: number, request: AdmissionRequest, env: Env): Promise<Stored | undefined> {
    let object = request.object
    const seen = new Map<Hook, Stored>()
    for (const hook of hooks) {
      const before = object
      const by = { configuration: hook.of, webhook: hook.given.name }
      const place = `webhook.admission.k8s.io/round_${round}_index_${hook.index}`
      let called = false
      try {
        const answer = await consult(hook, { round, kind: 'mutation' }, { ...request, object }, env, world, () => { called = true })
        if (!answer) continue
        const { patch } = answer.verdict
        if (patch && !object) throw internalError(new Error(`admission webhook ${JSON.stringify(hook.given.name)} attempted to modify the object, which is not supported for this operation`))
        if (!object) continue
        object = await patchedBy(answer, object, request, env)
        seen.set(hook, cloneJson(object))
        if (patch) request.annotate?.(`patch.${place}`, () => JSON.stringify({ ...by, patch: patch.map(inOrder), patchType: 'JSONPatch' }), 'Request')
      } finally {
        if (called) request.annotate?.(`mutation.${place}`, JSON.stringify({ ...by, mutated: object !== before && !jsonEqual(object, before) }))
      }
    }
    if (object) made.set(object, seen)
    return object
  }
  const wantsAgain = ({ given }: Hook): boolean => (given as { reinvocationPolicy?: string }).reinvocationPolicy === 'IfNeeded'
  return {
    mutating: {
      name: 'MutatingAdmissionWebhook', operations,
      admit(request, env) {
        const hooks = mutating.hooks()
        if (!hooks.length || exempt(request)) return undefined
        if (request.object && !request.subresource) request.kind.strategy.defaults?.(request.object)
        return ask(hooks, 0, request, env)
      },
      async again(request, env, left) {
        const seen = made.get(left)
        const hooks = mutating.hooks().filter((hook) => wantsAgain(hook) && seen?.has(hook) && !jsonEqual(seen.get(hook), request.object))
        return hooks.length ? ask(hooks, 1, request, env) : undefined
      },
    },
    validating: {
      name: 'ValidatingAdmissionWebhook', operations,
      validate(request, env) {
        const hooks = validating.hooks()
        if (!hooks.length || exempt(request)) return undefined
        // All are asked, whichever says no first.
        return Promise.allSettled(hooks.map((hook) => consult(hook, { round: 0, kind: 'validation' }, request, env, world))).then((all) => {
          const refused = all.find((one) => one.status === 'rejected')
          if (refused) throw refused.reason
        })
      },
    },
    stop() {
      mutating.stop()
      validating.stop()
    },
  }
}
