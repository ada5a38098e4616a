import { CustomResourceDefinitions } from '../../../shared/api/resources.ts'
import type { CustomResourceDefinition } from '../../../shared/api/types.ts'
import { customPath } from '../../kinds/catalog.ts'
import { text } from '../../kinds/view.ts'
import type { KindView, State } from '../../kinds/view.ts'
import { Go } from '../../ui/parts.tsx'

const is = (d: CustomResourceDefinition, type: string, status = 'True') => d.status?.conditions?.some((c) => c.type === type && c.status === status) ?? false
export function definitionState(d: CustomResourceDefinition): State {
  if (is(d, 'NamesAccepted', 'False')) return { word: 'NamesConflict', level: 'failed' }
  if (is(d, 'NonStructuralSchema')) return { word: 'NonStructuralSchema', level: 'warning' }
  return is(d, 'Established') ? { word: 'Established', level: 'ok' } : { word: 'Pending', level: 'working' }
}
export const view: KindView<CustomResourceDefinition> = {
  type: CustomResourceDefinitions, title: 'nav.customresourcedefinitions', empty: 'extensions.definitionsEmpty', state: definitionState,
  cells: [
    { label: 'extensions.kind', width: 'minmax(120px, 1fr)', value: (d) => d.spec.names.kind, show: (d) => (is(d, 'Established') ? <Go to={customPath({ group: d.spec.group, resource: d.spec.names.plural })}>{d.spec.names.kind}</Go> : d.spec.names.kind) },
    text('extensions.group', (d) => d.spec.group, 'minmax(120px, 1fr)'), text('extensions.versions', (d) => d.spec.versions.filter((v) => v.served).map((v) => v.name).join(', '), '110px'), text('extensions.scope', (d) => d.spec.scope, '100px'),
    text('extensions.shortNames', (d) => d.spec.names.shortNames?.join(', '), '', { only: 'detail' }),
  ],
  good: (type) => (type === 'Terminating' || type === 'NonStructuralSchema' ? 'False' : 'True'),
  template: `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ships.example.com
spec:
  group: example.com
  scope: Namespaced
  names:
    plural: ships
    singular: ship
    kind: Ship
  versions:
    - name: v1
      served: true
      storage: true
      additionalPrinterColumns:
        - name: Port
          type: string
          jsonPath: .spec.port
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                port:
                  type: string
`,
}
