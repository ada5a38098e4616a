import { PodDisruptionBudgets } from '../../../shared/api/resources.ts'
import type { PodDisruptionBudget } from '../../../shared/api/types.ts'
import { formatLabelSelector } from '../../../shared/selectors.ts'
import { count, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { budgetState } from './states.ts'

export const view: KindView<PodDisruptionBudget> = {
  type: PodDisruptionBudgets, title: 'nav.poddisruptionbudgets', empty: 'budgets.empty', state: budgetState,
  cells: [
    text('budgets.minAvailable', (b) => b.spec.minAvailable as string | number | undefined, '100px', { right: true }),
    text('budgets.maxUnavailable', (b) => b.spec.maxUnavailable as string | number | undefined, '110px', { right: true }),
    count('budgets.allowed', (b) => b.status?.disruptionsAllowed, '96px'),
    text('budgets.healthy', (b) => `${b.status?.currentHealthy ?? 0}/${b.status?.desiredHealthy ?? 0}`, '76px', { right: true }),
    text('common.selector', (b) => formatLabelSelector(b.spec.selector), 'minmax(120px, 1.5fr)'),
  ],
  pods: { selected: (b) => b.spec.selector },
  template: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
`,
}
