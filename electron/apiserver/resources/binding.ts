/** Binding: a way, older than pods/binding, to say on which node a pod shall run. It is written and never read. */
import { defineKind } from './kind.ts'

export const binding = defineKind({
  group: '', version: 'v1', kind: 'Binding', resource: 'bindings', singular: 'binding', scope: 'Namespaced', schema: 'V1Binding', strategy: {}, columns: [], verbs: ['create'], generation: false,
})
