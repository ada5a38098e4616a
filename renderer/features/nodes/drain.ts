/** `kubectl drain` from the dashboard: closes the node, evicts its pods, and waits until they are gone. */
import { Nodes, pathOf, Pods } from '../../../shared/api/resources.ts'
import type { Pod } from '../../../shared/api/types.ts'
import { evictionOf, leavesOnDrain } from '../../../shared/drain.ts'
import { isNotFound, StatusError, timeout } from '../../../shared/errors.ts'
import type { Api } from '../../cache/api.ts'

/** Pods that a budget protects are asked again this often, and all are waited for so long, in ms. */
const RETRY_MS = 1_500
const LIMIT_MS = 3 * 60_000

export interface DrainProgress {
  left: number
  /** The API's sentence about a pod that may not go yet; '' when all are on their way. */
  blocked: string
}

async function evict(api: Api, pod: Pod): Promise<string> {
  try {
    await api.request({ method: 'POST', path: pathOf(Pods, pod.metadata.namespace, pod.metadata.name, 'eviction'), body: evictionOf(pod) })
    return ''
  } catch (e) {
    if (isNotFound(e)) return ''
    if (e instanceof StatusError && e.reason === 'TooManyRequests') return `${pod.metadata.namespace}/${pod.metadata.name}: ${e.message}`
    throw e
  }
}
const pause = (signal: AbortSignal): Promise<void> => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, RETRY_MS)
  signal.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason) }, { once: true })
})

/** Resolves when nothing is left that should leave; rejects when that takes too long, with what holds it up. */
export async function drainNode(api: Api, node: string, report: (p: DrainProgress) => void, signal: AbortSignal): Promise<void> {
  await api.patch(Nodes, { name: node }, { spec: { unschedulable: true } })
  const end = Date.now() + LIMIT_MS
  for (;;) {
    const { items } = await api.list(Pods, { fieldSelector: `spec.nodeName=${node}` }, signal)
    const leaving = items.filter(leavesOnDrain)
    if (!leaving.length) return
    const answers = await Promise.all(leaving.filter((p) => !p.metadata.deletionTimestamp).map((p) => evict(api, p)))
    const blocked = answers.find((a) => a !== '') ?? ''
    report({ left: leaving.length, blocked })
    if (Date.now() > end) throw timeout(blocked || `${leaving.length} pods are still on the node`)
    await pause(signal)
  }
}
