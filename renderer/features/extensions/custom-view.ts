/** The view of a custom kind: the columns its definition asks for. Pure. */
import type { AnyObject } from '../../../shared/api/meta.ts'
import type { ResourceType } from '../../../shared/api/resources.ts'
import type { CustomResourceDefinition } from '../../../shared/api/types.ts'
import type { SortValue } from '../../ui/order.ts'
import type { Cell, ConditionLike, KindView, State } from '../../kinds/view.ts'
import type { Key } from '../../i18n/i18n.ts'
import { valuesAt } from './jsonpath.ts'

type Version = CustomResourceDefinition['spec']['versions'][number]
type PrinterColumn = NonNullable<Version['additionalPrinterColumns']>[number]

/** What a column shows: times are left to whoever knows the clock. */
function shown(object: AnyObject, { jsonPath, type }: PrinterColumn): SortValue {
  const values = valuesAt(object, jsonPath).filter((v) => v !== undefined && v !== null)
  const [first] = values
  if ((type === 'integer' || type === 'number') && typeof first === 'number') return first
  return values.map((v) => (typeof v === 'object' ? JSON.stringify(v) : String(v))).join(',')
}
/** Their names are the definition's own, in no dictionary. */
const column = (c: PrinterColumn): Cell<AnyObject> => ({
  label: c.name as Key, width: 'minmax(90px, 1fr)', value: (o) => shown(o, c), ...(c.type === 'integer' || c.type === 'number' ? { right: true } : {}), ...(c.priority ? { only: 'detail' } : {}),
})

/** By its Ready condition, which most controllers keep; without one it has no state. */
export function customState(o: AnyObject): State | undefined {
  const ready = (o['status'] as { conditions?: ConditionLike[] } | undefined)?.conditions?.find((c) => c.type === 'Ready' || c.type === 'Available')
  if (!ready) return undefined
  return ready.status === 'True' ? { word: ready.type, level: 'ok' } : { word: ready.reason ?? `Not${ready.type}`, level: ready.status === 'False' ? 'warning' : 'waiting' }
}

/** Age has its own column already. */
const isAge = (c: PrinterColumn): boolean => c.jsonPath === '.metadata.creationTimestamp'

export function customView(type: ResourceType, definition: CustomResourceDefinition | undefined): KindView<AnyObject> {
  const version = definition?.spec.versions.find((v) => v.name === type.version)
  const cells = (version?.additionalPrinterColumns ?? []).filter((c) => !isAge(c)).map(column)
  return {
    type: type as ResourceType<AnyObject>, title: 'nav.custom', empty: 'extensions.customEmpty', cells,
    template: `apiVersion: ${type.group}/${type.version}\nkind: ${type.kind}\nmetadata:\n  name: example\nspec: {}\n`,
  }
}
