/**
 * What becomes of a wish for replicas: held back by stabilization windows, by policies of speed, and by the least and the
 * most. Pure. Source: the HorizontalPodAutoscaler's behavior, autoscaling/v2.
 */
import type { HorizontalPodAutoscaler } from '../../shared/api/types.ts'

export type Rules = NonNullable<NonNullable<HorizontalPodAutoscaler['spec']['behavior']>['scaleUp']>
export interface Behavior {
  readonly up: Rules
  readonly down: Rules
}
/** Source: the defaults of autoscaling/v2, and --horizontal-pod-autoscaler-downscale-stabilization. */
const UP: Rules = { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, { type: 'Percent', value: 100, periodSeconds: 15 }] }
const DOWN: Rules = { stabilizationWindowSeconds: 300, selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] }

export const behaviorOf = (hpa: HorizontalPodAutoscaler): Behavior => ({ up: { ...UP, ...hpa.spec.behavior?.scaleUp }, down: { ...DOWN, ...hpa.spec.behavior?.scaleDown } })

/** Something that was wished or done at a time (milliseconds). */
export interface At {
  readonly time: number
  readonly replicas: number
}
/** What is remembered of one autoscaler: earlier wishes, and by how much it was changed. */
export interface Memory {
  readonly wishes: readonly At[]
  readonly ups: readonly At[]
  readonly downs: readonly At[]
}
export const NO_MEMORY: Memory = { wishes: [], ups: [], downs: [] }

export interface Verdict {
  readonly replicas: number
  /** Reason and sentence of AbleToScale and of ScalingLimited. */
  readonly stabilized: readonly [reason: string, message: string]
  readonly limited: readonly [status: 'True' | 'False', reason: string, message: string]
  readonly memory: Memory
}

const within = (list: readonly At[], seconds: number, now: number): readonly At[] => list.filter((e) => e.time > now - seconds * 1000)
const sumOf = (list: readonly At[]): number => list.reduce((sum, e) => sum + e.replicas, 0)
const longest = (rules: Rules): number => Math.max(0, ...(rules.policies ?? []).map((p) => p.periodSeconds))

/** The highest wish of the window down, the lowest of the window up: whichever changes less. */
function stabilize(wish: number, current: number, behavior: Behavior, memory: Memory, now: number): { replicas: number; why: Verdict['stabilized'] } {
  const lowest = Math.min(wish, ...within(memory.wishes, behavior.up.stabilizationWindowSeconds ?? 0, now).map((w) => w.replicas))
  const highest = Math.max(wish, ...within(memory.wishes, behavior.down.stabilizationWindowSeconds ?? 0, now).map((w) => w.replicas))
  let replicas = current
  if (replicas < lowest) replicas = lowest
  if (replicas > highest) replicas = highest
  if (replicas > wish) return { replicas, why: ['ScaleDownStabilized', 'recent recommendations were higher than current one, applying the highest recent recommendation'] }
  if (replicas < wish) return { replicas, why: ['ScaleUpStabilized', 'recent recommendations were lower than current one, applying the lowest recent recommendation'] }
  return { replicas, why: ['ReadyForNewScale', 'recommended size matches current size'] }
}

/** How far the rules let it go up from here. */
export function upLimit(current: number, rules: Rules, memory: Memory, now: number): number {
  if (rules.selectPolicy === 'Disabled') return current
  const limits = (rules.policies ?? []).map((p) => {
    const start = current - sumOf(within(memory.ups, p.periodSeconds, now)) + sumOf(within(memory.downs, p.periodSeconds, now))
    return p.type === 'Pods' ? start + p.value : Math.ceil(start * (1 + p.value / 100))
  })
  return rules.selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits)
}
/** And how far down. */
export function downLimit(current: number, rules: Rules, memory: Memory, now: number): number {
  if (rules.selectPolicy === 'Disabled') return current
  const limits = (rules.policies ?? []).map((p) => {
    const start = current - sumOf(within(memory.ups, p.periodSeconds, now)) + sumOf(within(memory.downs, p.periodSeconds, now))
    return p.type === 'Pods' ? start - p.value : Math.trunc(start * (1 - p.value / 100))
  })
  return rules.selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits)
}

function limit(desired: number, current: number, min: number, max: number, behavior: Behavior, memory: Memory, now: number): { replicas: number; why: Verdict['limited'] } {
  if (desired > current) {
    const fast = Math.max(current, upLimit(current, behavior.up, memory, now))
    const most = Math.min(max, fast)
    if (desired > most) return { replicas: most, why: ['True', ...(fast < max ? (['ScaleUpLimit', 'the desired replica count is increasing faster than the maximum scale rate'] as const) : (['TooManyReplicas', 'the desired replica count is more than the maximum replica count'] as const))] }
  } else if (desired < current) {
    const fast = Math.min(current, downLimit(current, behavior.down, memory, now))
    const least = Math.max(min, fast)
    if (desired < least) return { replicas: least, why: ['True', ...(fast > min ? (['ScaleDownLimit', 'the desired replica count is decreasing faster than the maximum scale rate'] as const) : (['TooFewReplicas', 'the desired replica count is less than the minimum replica count'] as const))] }
  }
  return { replicas: desired, why: ['False', 'DesiredWithinRange', 'the desired count is within the acceptable range'] }
}

/** From the wish of the metrics to the count that is asked for now. Remembers the wish. */
export function decide(wish: number, current: number, min: number, max: number, behavior: Behavior, memory: Memory, now: number): Verdict {
  const window = Math.max(behavior.up.stabilizationWindowSeconds ?? 0, behavior.down.stabilizationWindowSeconds ?? 0)
  const stable = stabilize(wish, current, behavior, memory, now)
  const limited = limit(stable.replicas, current, min, max, behavior, memory, now)
  return { replicas: limited.replicas, stabilized: stable.why, limited: limited.why, memory: { ...memory, wishes: [...within(memory.wishes, window, now), { time: now, replicas: wish }] } }
}

/** Remembers a change that was made, and forgets what no policy looks back to any more. */
export function remember(memory: Memory, from: number, to: number, behavior: Behavior, now: number): Memory {
  const period = Math.max(longest(behavior.up), longest(behavior.down))
  const ups = within(memory.ups, period, now)
  const downs = within(memory.downs, period, now)
  return { ...memory, ups: to > from ? [...ups, { time: now, replicas: to - from }] : ups, downs: to < from ? [...downs, { time: now, replicas: from - to }] : downs }
}
