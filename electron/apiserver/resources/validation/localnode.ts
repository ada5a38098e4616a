/** LocalNodes: amounts, labels and taints that a Node can have. */
import type { LocalNode } from '../../../../shared/api/local-node.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { parseQuantity, QUANTITY_SYNTAX } from '../../../../shared/quantity.ts'
import { labels } from './metadata.ts'
import { taints } from './node.ts'

/** Less than this runs nothing: 10m of a core, 32Mi of memory. */
const LEAST = { cpu: 10_000_000n, memory: 32n * 1024n * 1024n * 1_000_000_000n } as const
const LEAST_TEXT = { cpu: '10m', memory: '32Mi' } as const

export function validateLocalNode(object: LocalNode): FieldError[] {
  const errors: FieldError[] = []
  const { spec } = object
  for (const name of ['cpu', 'memory'] as const) {
    const text = spec[name]
    if (text === undefined) continue
    const q = parseQuantity(text)
    if (!q) errors.push(field.invalid(`spec.${name}`, text, QUANTITY_SYNTAX))
    else if (q.nanos < LEAST[name]) errors.push(field.invalid(`spec.${name}`, text, `must be greater than or equal to ${LEAST_TEXT[name]}`))
  }
  if (spec.pods !== undefined && (spec.pods < 1 || spec.pods > 10_000)) errors.push(field.invalid('spec.pods', spec.pods, 'must be between 1 and 10000, inclusive'))
  labels(errors, 'spec.labels', spec.labels)
  taints(errors, 'spec.taints', spec.taints)
  return errors
}
