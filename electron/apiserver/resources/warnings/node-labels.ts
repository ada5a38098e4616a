/** Labels of nodes that have newer names. Source: pkg/api/node of Kubernetes. */
import { labelValue } from '../../../../shared/labels.ts'

const DEPRECATED: ReadonlyMap<string, string> = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  ['failure-domain.beta.kubernetes.io/region', 'deprecated since v1.17; use "topology.kubernetes.io/region" instead'],
  ['failure-domain.beta.kubernetes.io/zone', 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'],
  ['beta.kubernetes.io/instance-type', 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'],
  ['app.kubernetes.io/created-by', 'deprecated since v1.9'],
  ['scheduler.alpha.kubernetes.io/preferAvoidPods', 'deprecated since v1.22; use Taints and Tolerations instead'],
  ['node-role.kubernetes.io/master', 'use "node-role.kubernetes.io/control-plane" instead'],
])

/** What there is to say of a label's key; undefined: nothing. */
export const deprecatedLabel = (key: string): string | undefined => DEPRECATED.get(key)

/** A key that stands somewhere: `<path>: <key> is deprecated …`. */
export function keyWarning(to: string[], path: string, key: string): void {
  const sentence = DEPRECATED.get(key)
  if (sentence !== undefined) to.push(`${path}: ${key} is ${sentence}`)
}

interface Term { readonly matchExpressions?: readonly { readonly key: string; readonly values?: readonly string[] }[] }

/** @param values preferred terms are not refused for values that no label can have: these are told here */
export function termWarnings(to: string[], path: string, term: Term | undefined, values = false): void {
  term?.matchExpressions?.forEach((expression, i) => {
    const at = `${path}.matchExpressions[${i}]`
    keyWarning(to, `${at}.key`, expression.key)
    if (values) expression.values?.forEach((value, j) => {
      for (const fault of labelValue(value)) to.push(`${at}.values[${j}]: ${value} is invalid, ${fault}`)
    })
  })
}
