import { ConfigMaps, Pods } from '../../../shared/api/resources.ts'
import type { ConfigMap, Pod } from '../../../shared/api/types.ts'
import { related, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { podRow } from '../pods/model.ts'
import { reads } from './users.ts'
import { MapValues } from './Values.tsx'

export const view: KindView<ConfigMap> = {
  type: ConfigMaps, title: 'nav.configmaps', empty: 'configmaps.empty',
  cells: [text('configmaps.keys', (m) => Object.keys({ ...m.data, ...m.binaryData }).join(', '), 'minmax(160px, 3fr)', { only: 'list' }), text('config.immutable', (m) => (m.immutable ? '✓' : ''), '92px')],
  sections: [MapValues],
  related: [related<ConfigMap, Pod>({ title: 'config.readBy', type: Pods, pick: (all, m) => all.filter((p) => reads(p, 'ConfigMap', m.metadata.name)), state: podRow })],
  template: `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  GREETING: hello
`,
}
