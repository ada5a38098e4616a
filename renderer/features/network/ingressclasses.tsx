import { IngressClasses, Ingresses } from '../../../shared/api/resources.ts'
import type { Ingress, IngressClass } from '../../../shared/api/types.ts'
import { related, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'

export const view: KindView<IngressClass> = {
  type: IngressClasses, title: 'nav.ingressclasses', empty: 'classes.empty',
  cells: [text('classes.default', (c) => (c.metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true' ? '✓' : ''), '72px'), text('classes.controller', (c) => c.spec?.controller, 'minmax(180px, 2fr)')],
  related: [related<IngressClass, Ingress>({ title: 'nav.ingresses', type: Ingresses, pick: (all, c) => all.filter((i) => i.spec.ingressClassName === c.metadata.name) })],
}
