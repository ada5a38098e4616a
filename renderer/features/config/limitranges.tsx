import { LimitRanges } from '../../../shared/api/resources.ts'
import type { LimitRange } from '../../../shared/api/types.ts'
import { pairs, text } from '../../kinds/view.ts'
import type { Cell, KindView } from '../../kinds/view.ts'
import type { Key } from '../../i18n/i18n.ts'

type Field = 'min' | 'max' | 'default' | 'defaultRequest'
const field = (label: Key, f: Field): Cell<LimitRange> => text(label, (l) => l.spec.limits.flatMap((x) => (x[f] ? [`${x.type}: ${pairs(x[f])}`] : [])).join('; '), '', { only: 'detail' })

export const view: KindView<LimitRange> = {
  type: LimitRanges, title: 'nav.limitranges', empty: 'limits.empty',
  cells: [text('limits.types', (l) => l.spec.limits.map((x) => x.type).join(', '), 'minmax(160px, 2fr)'), field('limits.min', 'min'), field('limits.max', 'max'), field('limits.default', 'default'), field('limits.defaultRequest', 'defaultRequest')],
  template: `apiVersion: v1
kind: LimitRange
metadata:
  name: defaults
spec:
  limits:
    - type: Container
      default:
        memory: 256Mi
      defaultRequest:
        cpu: 50m
        memory: 64Mi
`,
}
