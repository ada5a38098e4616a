import { PriorityClasses } from '../../../shared/api/resources.ts'
import type { PriorityClass } from '../../../shared/api/types.ts'
import { count, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'

export const view: KindView<PriorityClass> = {
  type: PriorityClasses, title: 'nav.priorityclasses', empty: 'priorities.empty',
  cells: [count('priorities.value', (p) => p.value, '110px'), text('classes.default', (p) => (p.globalDefault ? '✓' : ''), '72px'), text('priorities.preemption', (p) => p.preemptionPolicy, '170px'), text('common.description', (p) => p.description, 'minmax(160px, 3fr)')],
  template: `apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata:
  name: important
value: 1000
description: Goes before what has none.
`,
}
