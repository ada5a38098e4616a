/** The columns of a kind's list: its name, its state, what its view adds, its age. */
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeObject } from '../../shared/api/meta.ts'
import { Age } from '../lib/clock.tsx'
import type { Column } from '../ui/DataTable.tsx'
import { StateWord, wordOf } from './state.tsx'
import type { KindView } from './view.ts'

export function useColumns<T extends KubeObject>(view: KindView<T>): Column<T>[] {
  const { t } = useTranslation()
  return useMemo(() => {
    const { state, cells, type } = view
    return [
      { id: 'name', label: t('common.name'), width: 'minmax(150px, 2fr)', value: (o) => o.metadata.name },
      ...(type.namespaced ? [{ id: 'namespace', label: t('common.namespace'), width: 'minmax(80px, 1fr)', value: (o: T) => o.metadata.namespace ?? '' }] : []),
      ...(state ? [{ id: 'status', vital: true, label: t('common.status'), width: 'minmax(120px, 1.2fr)', value: (o: T) => wordOf(state(o)), render: (o: T) => <StateWord state={state(o)} /> }] : []),
      ...cells.filter((c) => c.only !== 'detail').map((c): Column<T> => ({
        id: c.label, label: t(c.label), width: c.width, value: c.value,
        ...(c.right ? { right: true } : {}), ...(c.mono ? { mono: true } : {}), ...(c.vital ? { vital: true } : {}), ...(c.show ? { render: c.show } : {}),
      })),
      { id: 'age', label: t('common.age'), width: '64px', right: true, value: (o) => -Date.parse(o.metadata.creationTimestamp ?? ''), render: (o) => <Age time={o.metadata.creationTimestamp} /> },
    ]
  }, [t, view])
}
