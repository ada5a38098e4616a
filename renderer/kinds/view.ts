/**
 * How a kind looks in the dashboard, as data: a kind is one short file that says what is special about it. The list, the
 * detail, its tabs and its actions are made from that by KindPage and KindDetail.
 */
import type { ComponentType, ReactNode } from 'react'
import type { KubeObject, LabelSelector } from '../../shared/api/meta.ts'
import type { ResourceType } from '../../shared/api/resources.ts'
import type { Key } from '../i18n/i18n.ts'
import type { Level } from '../theme/theme.ts'
import type { DetailTab } from '../ui/Detail.tsx'
import type { SortValue } from '../ui/order.ts'

/** A column of the list, and a fact of the detail. */
export interface Cell<T> {
  label: Key
  /** A track of a CSS grid; its first pixel figure is the least. */
  width: string
  right?: boolean
  mono?: boolean
  vital?: boolean
  value: (o: T) => SortValue
  /** What is shown, where that is more than the value. */
  show?: (o: T) => ReactNode
  only?: 'list' | 'detail'
}
/** `word` is Kubernetes' own, or a key of the dictionary. */
export interface State {
  level: Level
  word: string
}

/** Which pods belong to an object. `owned` ones name it as their controller; `via` their controllers name it. `unlisted`: the view lists them itself. */
export type PodsOf<T> = { owned: true; via?: ResourceType } | { selected: (o: T) => LabelSelector | undefined; unlisted?: true }

/** Objects that have to do with this one, listed on its detail. */
export interface Related<T extends KubeObject, R extends KubeObject = never> {
  title: Key
  type: ResourceType<R>
  pick: (all: readonly R[], o: T) => readonly R[]
  /** A few words beside the name. */
  note?: (r: R) => ReactNode
  state?: (r: R) => State
}

/** Something that can be done to an object. Its dialog says what it will do before it does it. */
export interface Action<T> {
  id: string
  label: Key
  /** Shown only when it makes sense; absent: always. */
  when?: (o: T) => boolean
  /** A button; else an entry of the menu. */
  prominent?: boolean
  dangerous?: boolean
  /** A key that opens it while the object is chosen. */
  key?: string
  dialog: ComponentType<{ object: T; onClose: () => void }>
}

export interface ConditionLike {
  type: string
  status: string
  reason?: string
  message?: string
  lastTransitionTime?: string
}

export interface KindView<T extends KubeObject> {
  type: ResourceType<T>
  title: Key
  /** One sentence on what belongs here. */
  empty: Key
  state?: (o: T) => State
  cells: readonly Cell<T>[]
  pods?: PodsOf<T>
  /** What its pods use is measured under its name: charts of it stand below them. */
  measured?: (o: T) => boolean
  related?: readonly Related<T, never>[]
  /** Parts of the detail that no cell can be; they come first. */
  sections?: readonly ComponentType<{ object: T }>[]
  tabs?: (o: T) => readonly DetailTab[]
  actions?: readonly Action<T>[]
  /** In place of the usual deletion. */
  remove?: { dialog: Action<T>['dialog']; when: (o: T) => boolean }
  /** Which answer of a condition is the happy one; most are good when True. */
  good?: (type: string) => string
  /** What the YAML tab shows unasked. */
  redact?: (o: T) => KubeObject
  /** What the page's button begins a new object with, as YAML. */
  template?: string
  /** The page's button, where it is not that for a new object. */
  action?: ReactNode
  chips?: readonly { id: string; label: Key; matches: (o: T) => boolean }[]
}

/** Types a related list by its own kind, and hands it to a view, which holds lists of many kinds. */
export const related = <T extends KubeObject, R extends KubeObject>(r: Related<T, R>): Related<T> => r as unknown as Related<T>

export const text = <T>(label: Key, value: (o: T) => SortValue | undefined, width = 'minmax(100px, 1fr)', more: Partial<Cell<T>> = {}): Cell<T> => ({ label, width, value: (o) => value(o) ?? '–', ...more })
export const count = <T>(label: Key, value: (o: T) => number | undefined, width = '76px', more: Partial<Cell<T>> = {}): Cell<T> => ({ label, width, right: true, value: (o) => value(o) ?? 0, ...more })

/** `k=v, …` of labels or selectors. */
export const pairs = (o: Record<string, string> | undefined): string => Object.entries(o ?? {}).map(([k, v]) => (v === '' ? k : `${k}=${v}`)).join(', ')
