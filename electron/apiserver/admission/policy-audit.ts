/** What policies have to say to the audit log about one request. Source: Kubernetes documentation, "Validating Admission Policy: audit annotations". */
import type { Annotate } from '../types.ts'

const FAILURE = 'validation.policy.admission.k8s.io/validation_failure'
/** Longer values are cut. */
const LONGEST = 10 * 1024

export interface AuditedFailure {
  readonly message: string
  readonly policy: string
  readonly binding: string
  /** Which of the policy's validations. */
  readonly expressionIndex: number
  readonly validationActions: readonly string[]
}
export interface PolicyAudit {
  failed(failure: AuditedFailure): void
  /** A value that another binding gave already is told once. */
  note(policy: string, key: string, value: string): void
  write(annotate: Annotate | undefined): void
}

export function createPolicyAudit(): PolicyAudit {
  const failures: AuditedFailure[] = []
  const notes = new Map<string, Set<string>>()
  return {
    failed: (failure) => void failures.push(failure),
    note(policy, key, value) {
      const name = `${policy}/${key}`
      const cut = value.slice(0, LONGEST)
      notes.set(name, (notes.get(name) ?? new Set()).add(cut))
    },
    write(annotate) {
      if (!annotate) return
      if (failures.length) annotate(FAILURE, JSON.stringify(failures))
      for (const [name, values] of notes) annotate(name, [...values].join(', '))
    },
  }
}
