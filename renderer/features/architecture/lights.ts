/** The way of a request through the picture: from whom it comes, whether it is kept, and who is told of it. Pure. */
import type { SeenRequest } from '../../../shared/traffic.ts'

/** A box of the picture: `you`, `apiserver`, `etcd`, `scheduler`, `controllers`, `node NAME`, or an add-on's component name. */
export type BoxName = string
/** One stretch of the way. `told`: no request, but the news of one, which the API server gives to those who watch. */
export interface Leg {
  from: BoxName
  to: BoxName
  how: 'asked' | 'refused' | 'told'
}

const BOXES: Readonly<Record<string, BoxName>> = {
  'system:kube-scheduler': 'scheduler', 'system:kube-controller-manager': 'controllers', 'system:apiserver': 'controllers',
  'system:kube-dns': 'dns', 'system:ingress': 'ingress', 'system:kube-proxy': 'proxy', 'system:network-policy': 'network',
}
const NODE = 'system:node:'
export const nodeBox = (name: string): BoxName => `node ${name}`
/** Who asks, as a box. People, their tools and what runs in pods all stand outside, as the picture's user does. */
export const boxOf = (user: string): BoxName => BOXES[user] ?? (user.startsWith(NODE) ? nodeBox(user.slice(NODE.length)) : 'you')

/** What controllers act on when it changes. */
const KEPT_UP = new Set(['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs', 'replicationcontrollers', 'horizontalpodautoscalers', 'namespaces', 'services', 'persistentvolumeclaims', 'poddisruptionbudgets'])

/** Who acts on it next, as far as the request says. */
function toldOf({ verb, resource, subresource, node, user }: SeenRequest): BoxName[] {
  if (resource === 'pods' && subresource === 'binding') return node ? [nodeBox(node)] : []
  if (resource === 'pods' && verb === 'create' && !subresource) return ['scheduler']
  // A kubelet's report is what controllers wait for.
  if (resource === 'pods' && boxOf(user).startsWith('node ')) return ['controllers']
  return KEPT_UP.has(resource) && !subresource ? ['controllers'] : []
}

export function legsOf(seen: SeenRequest): Leg[] {
  const from = boxOf(seen.user)
  const refused = seen.code >= 400
  const asked: Leg = { from, to: 'apiserver', how: refused ? 'refused' : 'asked' }
  if (refused || !seen.stored) return [asked]
  return [asked, { from: 'apiserver', to: 'etcd', how: 'asked' }, ...toldOf(seen).filter((box) => box !== from).map((to): Leg => ({ from: 'apiserver', to, how: 'told' }))]
}

export interface Rect { left: number; top: number; width: number; height: number }
export interface Point { x: number; y: number }
/** How far into a box a light begins and ends: the gaps between boxes are too narrow to be seen in. */
const INSET = 36

const within = (least: number, value: number, most: number): number => Math.max(least, Math.min(value, most))
/** From where to where a light goes between two boxes: straight across the gap between them, sideways where there is one, else up or down. */
export function stretch(a: Rect, b: Rect): [Point, Point] {
  const middle = (r: Rect): Point => ({ x: r.left + r.width / 2, y: r.top + r.height / 2 })
  const [from, to] = [middle(a), middle(b)]
  const beside = a.left + a.width <= b.left || b.left + b.width <= a.left
  const level = a.top < b.top + b.height && b.top < a.top + a.height
  if (beside && level) {
    const y = within(Math.max(a.top, b.top) + 8, from.y, Math.min(a.top + a.height, b.top + b.height) - 8)
    const right = from.x < to.x
    const edge = (r: Rect, atRight: boolean): number => (atRight ? r.left + r.width - Math.min(INSET, r.width / 2) : r.left + Math.min(INSET, r.width / 2))
    return [{ x: edge(a, right), y }, { x: edge(b, !right), y }]
  }
  const down = from.y < to.y
  const edge = (r: Rect, atBottom: boolean): number => (atBottom ? r.top + r.height - Math.min(INSET, r.height / 2) : r.top + Math.min(INSET, r.height / 2))
  const at = (r: Rect, x: number): number => within(r.left + Math.min(INSET, r.width / 2), x, r.left + r.width - Math.min(INSET, r.width / 2))
  return [{ x: at(a, to.x), y: edge(a, down) }, { x: at(b, from.x), y: edge(b, !down) }]
}
