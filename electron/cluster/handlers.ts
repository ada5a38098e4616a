/**
 * What each call and subscription of the IPC contract does. The dashboard is a client of the Kubernetes API like any other:
 * `api` and `api.watch` go through ApiServer.handle as a user, with authorization and validation; nothing here reaches the store.
 */
import { readBody } from './read-body.ts'
import type { CountSource } from '../apiserver/counts.ts'
import type { Traffic } from '../apiserver/traffic.ts'
import type { ApiRequest, ApiServer, UserInfo } from '../apiserver/types.ts'
import type { LogStore } from '../logging/types.ts'
import { badRequest, StatusError, serviceUnavailable } from '../../shared/errors.ts'
import type { ApiCall, ImagePresence } from '../../shared/ipc.ts'
import type { Status } from '../../shared/api/meta.ts'
import type { SchedulingDecision } from '../../shared/scheduling-decision.ts'
import type { Alerts } from './alerts/index.ts'
import type { AuditView } from './audit-view.ts'
import type { CallHandlers, SubscriptionHandlers } from './endpoint.ts'
import type { Images } from './images.ts'
import type { ShippingDoor } from './shipping.ts'
import type { SettingsFile } from './settings.ts'
import type { StateHolder } from './state.ts'
import { text } from './checks.ts'
import { checkLogs } from './log-requests.ts'
import type { ExecSessions } from './exec-sessions.ts'
import type { PortForwards } from './port-forwards.ts'
import { checkRange, checkScope } from './metrics-scope.ts'
import type { Metrics } from '../metrics/index.ts'

/** Who the dashboard is: the owner of the machine's cluster. */
export const DASHBOARD_USER: UserInfo = { name: 'pilothouse-dashboard', groups: ['system:masters', 'system:authenticated'] }

export interface HandlerParts {
  state: StateHolder
  settings: SettingsFile
  /** undefined until the part has started. */
  api(): ApiServer | undefined
  counts(): Pick<CountSource, 'subscribe'> | undefined
  traffic(): Pick<Traffic, 'subscribe'> | undefined
  logs(): LogStore | undefined
  imagePresence(image: string): Promise<ImagePresence>
  readonly images: Images
  decision(podUid: string): SchedulingDecision | undefined
  exec: ExecSessions
  forwards: PortForwards
  metrics(): Pick<Metrics, 'history'> | undefined
  audit(): AuditView | undefined
  alerts(): Alerts | undefined
  shipping(): ShippingDoor | undefined
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Only paths of the API: the renderer names objects, never hosts. */
function apiRequest(method: ApiRequest['method'], target: string, headers: Record<string, string>, body: unknown, signal: AbortSignal): ApiRequest {
  if (!/^\/[a-zA-Z.]/.test(target) || target.length > 8192) throw badRequest('path must be a path of the Kubernetes API')
  const at = target.indexOf('?')
  const path = at < 0 ? target : target.slice(0, at)
  return { method, path, query: new URLSearchParams(at < 0 ? '' : target.slice(at + 1)), headers, ...(body === undefined ? {} : { body: body as object }), signal, user: DASHBOARD_USER, inProcess: true, remote: 'dashboard' }
}

const need = <T>(part: T | undefined, what: string): T => {
  if (part === undefined) throw serviceUnavailable(`${what} has not started yet; try again in a moment`)
  return part
}

export function createCallHandlers(parts: HandlerParts): CallHandlers {
  const shipping = () => need(parts.shipping(), 'Forwarding of logs').open()
  return {
    async api(request, signal) {
      const call = request as ApiCall
      const method = text(request, 'method')
      if (!METHODS.includes(method)) throw badRequest(`method: Unsupported value: ${JSON.stringify(method)}`)
      const headers = { accept: call.accept ?? 'application/json', ...(call.contentType ? { 'content-type': call.contentType } : {}) }
      const response = await need(parts.api(), 'The API server').handle(apiRequest(call.method, text(request, 'path'), headers, call.body, signal))
      return { status: response.status, body: await readBody(response.body) }
    },
    'logs.stored': async () => need(parts.logs(), 'The log store').stored(),
    'logs.context': (request, signal) => need(parts.logs(), 'The log store').context(checkLogs.context(request), signal),
    'logs.complete': (request) => need(parts.logs(), 'The log store').complete(checkLogs.complete(request)),
    'logs.export': (request, signal) => need(parts.logs(), 'The log store').export(checkLogs.export(request), signal),
    'shipping.save': async (request) => (await shipping()).save(request),
    'shipping.remove': async (request) => (await shipping()).remove(request),
    'shipping.test': async (request) => (await shipping()).test(request),
    'images.presence': (request) => parts.imagePresence(text(request, 'image')),
    'images.list': () => parts.images.list(),
    'images.remove': (request) => parts.images.remove(request),
    'images.tag': (request) => parts.images.tag(request),
    'images.chooseFolder': () => parts.images.chooseFolder(),
    'metrics.history': async (request) => need(parts.metrics(), 'Measuring').history(checkScope(request), checkRange(request)),
    'alerts.silence': async (request) => { need(parts.alerts(), 'Watching for alerts').silence(request); return null },
    'alerts.unsilence': async (request) => { need(parts.alerts(), 'Watching for alerts').unsilence(request); return null },
    'audit.objects': (request, signal) => need(parts.audit(), 'The audit log').objects(text(request, 'id'), signal),
    'audit.query': (request, signal) => need(parts.audit(), 'The audit log').page(request, signal),
    'scheduler.decision': async (request) => parts.decision(text(request, 'uid')) ?? null,
    'exec.input': async (request) => { parts.exec.input(request); return null },
    'exec.resize': async (request) => { parts.exec.resize(request); return null },
    'exec.shown': async (request) => { parts.exec.shown(request); return null },
    'portforward.start': (request) => parts.forwards.start(request),
    'portforward.stop': async (request) => { await parts.forwards.stop(request); return null },
    'settings.get': async () => parts.settings.get(),
    'settings.set': async (request) => parts.settings.set(request),
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })))

export function createSubscriptionHandlers(parts: HandlerParts): SubscriptionHandlers {
  return {
    async 'cluster.state'(_request, emit, signal) {
      const stop = parts.state.look(emit)
      await aborted(signal)
      stop()
    },
    async 'api.counts'(request, emit, signal) {
      const stop = need(parts.counts(), 'The API server').subscribe(text(request, 'namespace'), emit)
      await aborted(signal)
      stop()
    },
    async 'api.requests'(_request, emit, signal) {
      const stop = need(parts.traffic(), 'The API server').subscribe(emit)
      await aborted(signal)
      stop()
    },
    async 'api.watch'(request, emit, signal) {
      const response = await need(parts.api(), 'The API server').handle(apiRequest('GET', text(request, 'path'), { accept: 'application/json' }, undefined, signal))
      if (response.body.type !== 'watch') {
        const body = await readBody(response.body)
        throw (body as Status).kind === 'Status' ? new StatusError(body as Status) : badRequest('the path is not a watch')
      }
      const { stream } = response.body
      try {
        for (let batch = await stream.next(); batch !== undefined && !signal.aborted; batch = await stream.next()) emit(batch)
      } finally {
        stream.close()
      }
    },
    async 'alerts'(_request, emit, signal) {
      const stop = need(parts.alerts(), 'Watching for alerts').subscribe(emit)
      await aborted(signal)
      stop()
    },
    'exec': (request, emit, signal) => parts.exec.run(request, emit, signal),
    async 'portforward.list'(_request, emit, signal) {
      const stop = parts.forwards.subscribe(emit)
      await aborted(signal)
      stop()
    },
    'images.pull': (request, emit, signal) => parts.images.pull(request, emit, signal),
    'images.build': (request, emit, signal) => parts.images.build(request, emit, signal),
    'images.push': (request, emit, signal) => parts.images.push(request, emit, signal),
    'audit.tail': (request, emit, signal) => need(parts.audit(), 'The audit log').tail(request, emit, signal),
    'logs.search': (request, emit, signal) => need(parts.logs(), 'The log store').search(checkLogs.search(request), emit, signal),
    'logs.follow': (request, emit, signal) => need(parts.logs(), 'The log store').follow(checkLogs.follow(request), emit, signal),
    'logs.histogram': (request, emit, signal) => need(parts.logs(), 'The log store').histogram(checkLogs.histogram(request), emit, signal),
    async 'shipping.list'(_request, emit, signal) {
      const stop = (await need(parts.shipping(), 'Forwarding of logs').open()).subscribe(emit)
      await aborted(signal)
      stop()
    },
  }
}
