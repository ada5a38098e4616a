import { RuntimeClasses } from '../../../shared/api/resources.ts'
import type { RuntimeClass } from '../../../shared/api/types.ts'
import { pairs, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'

export const view: KindView<RuntimeClass> = {
  type: RuntimeClasses, title: 'nav.runtimeclasses', empty: 'classes.empty',
  cells: [text('runtimes.handler', (r) => r.handler, 'minmax(140px, 2fr)'), text('runtimes.overhead', (r) => pairs(r.overhead?.podFixed), 'minmax(140px, 1fr)')],
}
