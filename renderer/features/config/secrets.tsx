import { Pods, Secrets } from '../../../shared/api/resources.ts'
import type { Pod, Secret } from '../../../shared/api/types.ts'
import { related, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { podRow } from '../pods/model.ts'
import { reads } from './users.ts'
import { SecretValues } from './Values.tsx'
import { withoutValues } from './values.ts'

export const view: KindView<Secret> = {
  type: Secrets, title: 'nav.secrets', empty: 'secrets.empty',
  cells: [text('common.type', (s) => s.type, 'minmax(160px, 1fr)'), text('configmaps.keys', (s) => Object.keys(s.data ?? {}).join(', '), 'minmax(160px, 2fr)', { only: 'list' }), text('config.immutable', (s) => (s.immutable ? '✓' : ''), '92px')],
  sections: [SecretValues],
  related: [related<Secret, Pod>({ title: 'config.readBy', type: Pods, pick: (all, s) => all.filter((p) => reads(p, 'Secret', s.metadata.name)), state: podRow })],
  redact: withoutValues,
  template: `apiVersion: v1
kind: Secret
metadata:
  name: login
stringData:
  user: admin
  password: change-me
`,
}
