/** Building blocks of printed columns. Cells are what kubectl users know; descriptions feed `kubectl explain`-like help. */
import type { KubeObject, LabelSelector } from '../../../shared/api/meta.ts'
import type { PodTemplateSpec } from '../../../shared/api/types.ts'
import { age } from '../../../shared/duration.ts'
import { formatLabelSelector } from '../../../shared/selectors.ts'
import type { Cell, Column } from './kind.ts'

export const NONE = '<none>'

type Value<T extends KubeObject> = (object: T, context: { now: number }) => Cell

export const text = <T extends KubeObject>(name: string, description: string, value: Value<T>): Column<T> => ({ name, type: 'string', description, priority: 0, value })
export const integer = <T extends KubeObject>(name: string, description: string, value: Value<T>): Column<T> => ({ name, type: 'integer', description, priority: 0, value })
/** The column shown only with `-o wide`. */
export const wide = <T extends KubeObject>(column: Column<T>): Column<T> => ({ ...column, priority: 1 })

export const nameColumn: Column = { name: 'Name', type: 'string', format: 'name', description: 'Name of the object, unique in its namespace.', priority: 0, value: (o) => o.metadata.name }
export const ageColumn: Column = text('Age', 'Time since the object was created.', (o, { now }) => age(o.metadata.creationTimestamp, now))
export const createdAtColumn: Column = { name: 'Created At', type: 'date', description: 'When the object was created.', priority: 0, value: (o) => o.metadata.creationTimestamp ?? '<unknown>' }

/** `a=1,b=2`, sorted by key. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const keys = Object.keys(labels ?? {}).toSorted()
  return keys.length === 0 ? NONE : keys.map((key) => `${key}=${labels?.[key]}`).join(',')
}

type Workload = KubeObject & { spec: { template?: PodTemplateSpec; selector?: LabelSelector } }
const containers = (o: Workload): readonly { name: string; image?: string }[] => o.spec.template?.spec?.containers ?? []

/** Containers, Images and Selector of everything that has a pod template. */
export const templateColumns: readonly Column<Workload>[] = [
  wide(text('Containers', 'Names of the containers in the template.', (o) => containers(o).map((c) => c.name).join(','))),
  wide(text('Images', 'Images of the containers in the template.', (o) => containers(o).map((c) => c.image ?? '').join(','))),
  wide(text('Selector', 'Labels of the pods that belong to this object.', (o) => formatLabelSelector(o.spec.selector) || NONE)),
]
