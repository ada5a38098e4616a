/** Which taints a pod bears. Source: Kubernetes' concept page "Taints and Tolerations". */
import type { Taint, Toleration } from '../../../shared/api/types.ts'

const integer = (text: string | undefined): number | undefined => (text !== undefined && /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : undefined)

/** No effect: every effect; no key with Exists: every taint. Lt and Gt compare whole numbers. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false
  if (toleration.key && toleration.key !== taint.key) return false
  switch (toleration.operator || 'Equal') {
    case 'Exists': return true
    case 'Equal': return Boolean(toleration.key) && (toleration.value ?? '') === (taint.value ?? '')
    case 'Lt':
    case 'Gt': {
      const of = integer(toleration.value)
      const has = integer(taint.value)
      return of !== undefined && has !== undefined && (toleration.operator === 'Lt' ? has < of : has > of)
    }
    default: return false
  }
}

/** The first taint with one of these effects that no toleration covers. */
export const untolerated = (taints: readonly Taint[], tolerations: readonly Toleration[], effects: readonly string[]): Taint | undefined =>
  taints.find((taint) => effects.includes(taint.effect) && !tolerations.some((t) => tolerates(t, taint)))
