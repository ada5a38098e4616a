import { describe, expect, it } from 'vitest'
import type { ObjectRevision } from '../../../shared/api/object-history.ts'
import { comparedWith } from './revisions.ts'

describe('what a revision is compared with', () => {
  const r = (revision: number, operation: ObjectRevision['operation'] = 'Updated'): ObjectRevision => ({ revision, operation, changes: [] })
  const history = { revisions: [r(9), r(7, 'Created'), r(6, 'Deleted'), r(4), r(2, 'Created')] }
  it.each([
    [9, 'before', 7], [7, 'before', undefined], [4, 'before', 2], [2, 'before', undefined], [4, 'now', 9], [9, 'now', undefined], [5, 'now', undefined],
  ] as const)('%i, with %s: %s', (revision, how, expected) => expect(comparedWith(history, revision, how)).toBe(expected))
})
