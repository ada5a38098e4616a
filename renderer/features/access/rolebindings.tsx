import { RoleBindings } from '../../../shared/api/resources.ts'
import type { RoleBinding } from '../../../shared/api/types.ts'
import { text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { RoleLink, Subjects, subjectsText } from './parts.tsx'

export const view: KindView<RoleBinding> = {
  type: RoleBindings, title: 'nav.rolebindings', empty: 'access.bindingsEmpty',
  cells: [
    { label: 'access.role', width: 'minmax(160px, 1.4fr)', value: (b) => `${b.roleRef.kind}/${b.roleRef.name}`, show: (b) => <RoleLink role={b.roleRef} namespace={b.metadata.namespace} /> },
    text('access.subjects', (b) => subjectsText(b.subjects), 'minmax(160px, 2fr)', { only: 'list' }),
  ],
  sections: [Subjects],
}
